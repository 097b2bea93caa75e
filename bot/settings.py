"""The settings: read once from the environment, frozen, all faults found at once.

A fault is one line `NAME: what is wrong, what is expected`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bot import setting_rules
from bot.setting_types import (
    ApiTokens,
    CertificateFile,
    ClaimName,
    ClientId,
    Connections,
    DatabaseUrl,
    Days,
    Email,
    FernetKeys,
    Groups,
    PasswordHash,
    Percent,
    Port,
    Project,
    Seconds,
    Secrets,
    Url,
    Workers,
)


class SettingsFaults(Exception):
    """The environment does not do; one line for each fault."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)]


class Settings(BaseModel):
    """What the operator decided; each field is the variable of the same name in capitals.

    The order matters: a rule about two variables stands at the later one.  A `title` is
    what the table of variables says where a plain default would not tell.
    """

    model_config = ConfigDict(
        frozen=True,
        alias_generator=str.upper,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database_url: DatabaseUrl = Field(
        "sqlite:///var/bot.db",
        repr=False,  # it may hold a password
        description="SQLAlchemy URL: `sqlite:///PATH` or `postgresql+psycopg://…`",
    )
    zendesk_url: Url = Field(description="e.g. `https://acme.zendesk.com`, or a loopback http")
    zendesk_email: Email = Field(description="the bot's own agent in Zendesk")
    zendesk_token: SecretStr = Field(description="API token of that agent")
    zendesk_webhook_secret: Secrets = Field(
        description="signing secret; several, comma-separated, while rotating"
    )
    jira_url: Url = Field(description="Cloud or Data Center, or a loopback http")
    jira_email: Email | None = Field(
        None,
        title="none; required for `*.atlassian.net`",
        validate_default=True,
        description="Cloud: the e-mail that goes with the API token",
    )
    jira_token: SecretStr = Field(description="Cloud: API token; Data Center: a PAT")
    jira_webhook_secret: Secrets = Field(
        description="signing secret; several, comma-separated, while rotating"
    )
    jira_csr_project: Project = Field("ITOPS", description="where CSRs are requested")
    jira_csr_issue_type: str = Field("Task", description="issue type of such a request")
    jira_change_project: Project = Field("SPC", description="where changes are raised")
    jira_change_issue_type: str = Field("Change Request", description="issue type of a change")
    jira_security_level: str | None = Field(
        None,
        description="issue security level of changes and CSR requests; "
        "when set and not applied, no key is attached",
    )
    csr_source: Literal["bot", "itops"] = Field("bot", description="who makes CSRs: `bot`, `itops`")
    key_store_keys: FernetKeys = Field(
        description="Fernet keys that seal private keys at rest, newest first, "
        "comma-separated, or `file:PATH`"
    )
    key_handover: Literal["cms", "pull"] = Field(
        "cms", description="`cms` (sealed attachment) or `pull` (collected once from the bot)"
    )
    key_recipients: CertificateFile | None = Field(
        None,
        title="required unless `KEY_HANDOVER=pull`",
        validate_default=True,
        description="PEM file with the certificates of those who may open handed-over keys",
    )
    key_retention_days: Days = Field(
        30, description="days from the verified site until the bot destroys its copy of the key"
    )
    trust_roots: CertificateFile | None = Field(
        None,
        title="none: the public roots of `certifi` alone",
        description="PEM file of extra roots a brand's certificate may chain to",
    )
    revocation_check: Literal["off", "crl"] = Field(
        "off", description="`crl` looks into the authority's revocation lists, or `off`"
    )
    probe_connect_to: Connections = Field(
        (),
        title="none",
        description="`HOST:PORT:ADDRESS:PORT`, comma-separated, like curl's `--connect-to`; "
        "also lifts the ban on private addresses and internal names for exactly these",
    )
    domain_check: Literal["organization", "off"] = Field(
        "organization",
        description="`organization` (names must belong to the ticket's organization) or `off`",
    )
    public_url: Url | None = Field(
        None,
        title="required for `provision`",
        description="where this bot is reachable, for links and webhooks",
    )
    dashboard_password_hash: PasswordHash | None = Field(
        None,
        title="dashboard off",
        description="hash of the password that all share; whoever has it may do everything",
    )
    oidc_issuer: Url | None = Field(
        None,
        title="no single sign-on",
        validate_default=True,
        description="issuer of the single sign-on (OpenID Connect); needs `PUBLIC_URL`",
    )
    oidc_client_id: ClientId | None = Field(
        None,
        title="required with `OIDC_ISSUER`",
        validate_default=True,
        description="the bot's client id at the single sign-on",
    )
    oidc_client_secret: SecretStr | None = Field(
        None,
        title="required with `OIDC_ISSUER`",
        validate_default=True,
        description="the secret that goes with it",
    )
    oidc_roles_claim: ClaimName = Field(
        "groups", description="claim of the ID token that lists a person's groups"
    )
    oidc_viewers: Groups = Field(
        (), title="none", description="groups that may see the pages, comma-separated"
    )
    oidc_agents: Groups = Field(
        (),
        title="none",
        description="groups that may also decide on cases and collect private keys",
    )
    oidc_operators: Groups = Field(
        (),
        title="none; one of the three is required with `OIDC_ISSUER`",
        validate_default=True,
        description="groups that may do everything on the pages",
    )
    api_tokens: ApiTokens = Field(
        (),
        title="API off",
        description="who may read the JSON API: `NAME:SHA-256`, comma-separated, as "
        "`python -m bot api-token NAME` prints them",
    )
    case_retention_days: Days = Field(
        730, description="days after its end until a case loses its personal data"
    )
    audit_retention_days: Days = Field(
        1095, description="days after its end until the record of a case is deleted"
    )
    event_retention_days: Days = Field(
        14,
        description="days until finished events are deleted; doubled deliveries are known by them",
    )
    sweep_seconds: Seconds = Field(
        600,
        description="seconds between two sweeps for lost webhooks and due reminders; 0 switches "
        "them off",
    )
    watch_seconds: Seconds = Field(
        3600,
        description="seconds between two rounds of the expiry watch, which looks at the sites that "
        "are due; 0 switches it off",
    )
    watch_percent: Percent = Field(
        33,
        description="the watch opens a ticket when so much of a certificate's lifetime is left, "
        "earlier where renewals took longer before",
    )
    port: Port = Field(8000, description="port of the web process")
    web_concurrency: Workers = Field(1, description="processes of the web process")
    log_level: LogLevel = Field("INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`")

    @field_validator("jira_email")
    @classmethod
    def _cloud_needs_an_email(cls, value: str | None, info: ValidationInfo) -> str | None:
        host = str(info.data.get("jira_url", "")).removeprefix("https://").split("/")[0]
        if value is None and host.partition(":")[0].lower().endswith(".atlassian.net"):
            raise ValueError("missing, expected the e-mail that goes with Jira Cloud's API token")
        return value

    @field_validator("key_recipients")
    @classmethod
    def _sealing_needs_recipients(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("key_handover") == "cms":
            raise ValueError("missing, expected a file with PEM certificates, or KEY_HANDOVER=pull")
        return value

    _issuer = field_validator("oidc_issuer")(setting_rules.leads_back)
    _client = field_validator("oidc_client_id", "oidc_client_secret")(setting_rules.known_to_issuer)
    _groups = field_validator("oidc_viewers", "oidc_agents", "oidc_operators")(
        setting_rules.groups_of_issuer
    )
    _some_role = field_validator("oidc_operators")(setting_rules.some_role)

    @property
    def dashboard(self) -> bool:
        """Whether there are pages for people: only where they can log in."""
        return bool(self.dashboard_password_hash or self.oidc_issuer)

    @property
    def case_pages(self) -> str:
        """Where people see cases; empty where there is no dashboard to be seen."""
        seen = self.public_url and self.dashboard
        return f"{self.public_url}/cases" if seen else ""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """The settings of this environment; raises SettingsFaults with every fault in it."""
        given = {name: environ.get(name, "").strip() for name in NAMES}
        try:
            return cls.model_validate({name: value for name, value in given.items() if value})
        except ValidationError as error:
            raise SettingsFaults(_faults(error)) from None


@dataclass(frozen=True, slots=True)
class Variable:
    """One row of the table of variables in the README."""

    name: str
    meaning: str
    default: str


def _table() -> tuple[Variable, ...]:
    rows = []
    for name, field in Settings.model_fields.items():
        plain = "required" if field.is_required() else f"`{field.default}`"
        default = field.title or ("none" if field.default is None else plain)
        rows.append(Variable(name.upper(), field.description or "", default))
    return tuple(rows)


def _faults(error: ValidationError) -> tuple[str, ...]:
    found = error.errors(include_input=False, include_url=False)
    # A value that was not given is named by its field, not by its variable.
    names = [str(fault["loc"][0]).upper() for fault in found]
    texts = [_what(fault["type"], fault["msg"], fault.get("ctx", {})) for fault in found]
    return tuple(f"{name}: {text}" for name, text in zip(names, texts, strict=True))


def _what(kind: str, message: str, context: Mapping[str, object]) -> str:
    if kind == "missing":
        return "missing, expected a value"
    if kind == "literal_error":
        return f"not a value the bot knows, expected {context['expected']}"
    return message.removeprefix("Value error, ")


TABLE: Final = _table()
NAMES: Final = frozenset(variable.name for variable in TABLE)
