"""The API keeps to its own document, whatever is asked: Schemathesis asks, always the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.schemas import BaseSchema
from sqlalchemy import Engine

from bot.storage.database import private
from bot.web.api import document
from bot.web.api.endpoints import TABLE
from tests.databases import KINDS, fresh_postgresql
from tests.web.api_place import AUTH, app_of, filled

PATHS = list(document.described(TABLE)["paths"])
SAME = settings(
    max_examples=50,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module", params=KINDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """The same on both databases: what one takes for text, the other may not."""
    on_disk = nullcontext(f"sqlite:///{tmp_path_factory.mktemp('api') / 'bot.db'}")
    with on_disk if request.param == "sqlite" else fresh_postgresql() as url:
        made = private(url)
        filled(made)
        yield made
        made.dispose()


@pytest.fixture(scope="module")
def described(engine: Engine) -> BaseSchema:
    app = app_of(engine, 5)
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", PATHS)
def test_whatever_is_asked_is_answered_as_the_document_says(
    described: BaseSchema, path: str, mode: GenerationMode
) -> None:
    asked = described[path]["GET"].as_strategy(generation_mode=mode)

    @SAME
    @given(case=asked)
    def answered(case: schemathesis.Case) -> None:
        if mode is GenerationMode.POSITIVE:
            case.query.pop("cursor", None)  # only the API itself can make one
        case.call_and_validate(headers=AUTH)

    answered()
