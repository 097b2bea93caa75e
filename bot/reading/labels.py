"""The form's labels as people write them: in seven languages, shortened, decorated, misspelt."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from rapidfuzz import fuzz, process

from bot.x509.details import Field

LONGEST: Final = 96  # the article's longest label; what is longer is no label
_FUZZY: Final = 80  # below it wrong labels begin to match
_FUZZY_LETTERS: Final = 5  # shorter words are one slip away from other words

# fmt: off
_SAID: Final[dict[Field, str]] = {
    Field.COMMON_NAME: (
        "common name|cn|fqdn|hostname|host name|domain|domain name|primary domain|main domain"
        "|common name primary domain|primary domain name|website domain|server name|cn fqdn"
        "|domane|hauptdomain|hauptdomane|domainname|servername|allgemeiner name|common name cn"
        "|nom commun|nom de domaine|domaine|domaine principal|nombre comun|dominio"
        "|dominio principal|nombre de dominio|nome comune|nome di dominio|algemene naam|domein"
        "|domeinnaam|hoofddomein|nome comum|nome de dominio"
    ),
    Field.ORGANIZATION: (
        "organization|organisation|organization name|organisation name|o|org|company"
        "|company name|legal name|legal entity|legal company name|company legal name|business name"
        "|organization o|organisations name|organisationsname|firma|firmenname|unternehmen"
        "|unternehmensname|gesellschaft|societe|entreprise|raison sociale|nom de la societe"
        "|nom de l organisation|nom de l entreprise|organizacion|empresa|razon social|compania"
        "|nombre de la empresa|nombre de la organizacion|organizzazione|azienda|societa"
        "|ragione sociale|ditta|nome organizzazione|organisatie|bedrijf|bedrijfsnaam"
        "|organisatienaam|naam organisatie|organizacao|razao social|nome da empresa"
        "|nome da organizacao"
    ),
    Field.ORGANIZATIONAL_UNIT: (
        "organizational unit|organisational unit|organization unit|organisation unit|ou|unit"
        "|organizational unit name|organisational unit name|department|abteilung"
        "|organisationseinheit|bereich|unite organisationnelle|unite d organisation|unite|service"
        "|departement|unidad organizativa|unidad organizacional|departamento|unidad"
        "|unita organizzativa|reparto|dipartimento|organisatie eenheid|organisatieeenheid"
        "|organisatorische eenheid|organisatieonderdeel|afdeling|unidade organizacional|setor"
    ),
    Field.LOCALITY: (
        "locality|l|city|town|locality name|city name|city or locality|location|city town|ort"
        "|stadt|standort|localite|ville|commune|localidad|ciudad|poblacion|municipio|localita"
        "|citta|comune|plaats|stad|plaatsnaam|woonplaats|locatie|localidade|cidade"
    ),
    Field.STATE: (
        "state|st|s|sp|province|region|state or province|state or province name|state name|county"
        "|province or state|state or region|bundesland|kanton|provinz|staat oder provinz|etat"
        "|estado|provincia|comunidad autonoma|estado o provincia|stato|regione|provincie|deelstaat"
        "|staat of provincie|distrito|regiao|estado ou provincia"
    ),
    Field.COUNTRY: (
        "country|c|country code|country name|country or region|land|landerkurzel|landercode"
        "|landeskurzel|landesname|pays|code pays|pais|codigo de pais|codigo do pais|paese|nazione"
        "|codice paese|landcode|land code|staat"
    ),
    Field.BITS: (
        "number of bits|bits|key size|key length|bit length|key|key type|keysize|keylength"
        "|bit size|bit strength|key strength|rsa key size|rsa bits|key bits|encryption bits"
        "|default bits|anzahl bits|anzahl der bits|bitanzahl|bitzahl|bitlange|schlussellange"
        "|schluessellaenge|schlusselgrosse|schluesselgroesse|nombre de bits|taille de la cle"
        "|taille de cle|longueur de cle|longueur de la cle|numero de bits|tamano de clave"
        "|tamano de la clave|longitud de clave|longitud de la clave|numero di bit|numero bit"
        "|dimensione chiave|dimensione della chiave|lunghezza chiave|lunghezza della chiave"
        "|aantal bits|sleutellengte|sleutelgrootte|tamanho da chave|comprimento da chave"
    ),
    Field.NAMES: (
        "additional domains|additional domain|san|sans|subject alternative names|dns|dns name"
        "|subject alternative name|subject alt name|subject alt names|subjectaltname"
        "|alternative names|alternative name|additional names|other domains|domains|domain names"
        "|additional domain names|additional hostnames|additional sans|extra domains|san domains"
        "|alternate names|alternate domains|additional domains to be included to the certificate"
        "|additional domains to be included to the certificate as subject alternative names"
        "|weitere domains|zusatzliche domains|zusaetzliche domains|weitere domanen"
        "|zusatzliche domanen|alternative namen|alternativnamen|weitere namen"
        "|domaines supplementaires|domaines additionnels|autres domaines|noms alternatifs"
        "|noms alternatifs du sujet|dominios adicionales|otros dominios|nombres alternativos"
        "|domini aggiuntivi|altri domini|domini supplementari|nomi alternativi|extra domeinen"
        "|aanvullende domeinen|andere domeinen|alternatieve namen|bijkomende domeinen"
        "|dominios adicionais|outros dominios|nomes alternativos"
    ),
}
# fmt: on
_OWN: Final = frozenset(
    {
        *("common name", "cn", "fqdn", "nombre comun", "nom commun", "nome comune", "nome comum"),
        *("algemene naam", "organizational unit", "organisational unit", "ou", "locality"),
    }
)
_LEADING: Final = frozenset(
    {
        *("the", "our", "your", "my", "new", "correct", "corrected", "updated", "right", "proper"),
        *("actual", "please", "requested", "desired", "full", "ssl", "certificate", "and", "for"),
        *("also", "sorry", "neue", "neuer", "unser", "unsere", "richtige", "und", "der", "die"),
        *("das", "ein", "la", "le", "les", "notre", "votre", "et", "el", "nuestra", "nuestro"),
        *("il", "lo", "nostra", "nostro", "de", "het", "onze", "en", "o", "os", "a", "as"),
        *("nossa", "nosso", "y", "e", "l"),
    }
)
_OLD: Final = re.compile(
    r"\b(?:old|previous|former|current|wrong|existing|alte?r?|bisherige?r?|ancien(?:ne)?|anterior"
    r"|vecchi[oa]|precedente|oude|antig[oa])\b"
)
_TRAILING: Final = re.compile(
    r" (?:(?:for|of|in|on) (?:the |your |our )?(?:ssl |new )?(?:certificate|cert|csr)|default|value"
    r"|field|as sans?|optional|required|mandatory|pflicht|opcional|optionnel|optioneel)$"
)
_BRACKETS: Final = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]|<[^<>]{0,80}>")
_NO_LETTER: Final = re.compile(r"[^a-z]+")
_NUMBER: Final = re.compile(r"[ ._#-]?(\d{1,2})\s*[)\].]?\s*$")
_PARTS: Final = re.compile(r"[/|,&+–—-]|\bor\b|\band\b|\bund\b|\boder\b|\bet\b|\bou\b")


def field(label: str, *, misspelt: bool = False) -> Field | None:
    """The field that the label names; `misspelt` lets near ones count as well."""
    if len(label) > LONGEST:
        return None
    words = plain(label)
    if not words or _OLD.search(words) or _OLD.search(label.lower()):
        return None
    found = _known(words) or _of_parts(label)
    if found is None and misspelt and _FUZZY_LETTERS <= len(words) <= LONGEST // 2:
        near = process.extractOne(words, _long(), scorer=fuzz.ratio, score_cutoff=_FUZZY)
        found = _table()[near[0]] if near else None
    number = _NUMBER.search(label)
    if found is Field.COMMON_NAME and number and int(number.group(1)) > 1:
        return Field.NAMES  # "Domain 2" beside "Domain 1"
    return found


def several(label: str) -> tuple[Field, ...]:
    """The fields of a label that names more than one: `City / State / Country`."""
    parts = [part for part in _PARTS.split(label[:LONGEST]) if plain(part)]
    found = tuple(dict.fromkeys(f for part in parts if (f := _known(plain(part)))))
    return found if len(parts) > 1 and len(found) == len(parts) else ()


def own(label: str) -> bool:
    """Whether these are words of certificates, not of a business card."""
    words = plain(label)
    return words in _OWN or field(label) in (Field.BITS, Field.NAMES, Field.ORGANIZATIONAL_UNIT)


def single_letter(label: str) -> bool:
    """`C`, `O`, `L`, `S`: also cell, office, line and Skype on business cards."""
    return len(plain(label)) == 1


def plain(label: str) -> str:
    """Letters alone: lower case, without accents, brackets and marks."""
    apart = unicodedata.normalize("NFKD", _BRACKETS.sub(" ", label[: 2 * LONGEST]).casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(_NO_LETTER.sub(" ", letters).split())


def _known(words: str) -> Field | None:
    table = _table()
    words = _TRAILING.sub("", words)
    for _ in range(4):
        found = table.get(words) or table.get(_joined(words))
        first, _, rest = words.partition(" ")
        if found or first not in _LEADING:
            return found
        words = rest
    return None


def _of_parts(label: str) -> Field | None:
    """`CN - Common Name`, `State/Province`: every part names the same field."""
    inner = [text.strip("()[]<> ") for text in _BRACKETS.findall(label)]
    parts = [plain(part) for part in (*_PARTS.split(_BRACKETS.sub(" ", label)), *inner)]
    found = {_known(part) for part in parts if part}
    return found.pop() if len(found) == 1 else None


def _joined(words: str) -> str:
    """`organizationalUnitName` and `stateOrProvinceName`, as OpenSSL prints them."""
    return "" if " " in words or len(words) < _FUZZY_LETTERS else f"={words}"


@cache
def _table() -> dict[str, Field]:
    table = {said: field for field, names in _SAID.items() for said in names.split("|")}
    joined = {f"={said.replace(' ', '')}": field for said, field in table.items()}
    return table | joined


@cache
def _long() -> tuple[str, ...]:
    return tuple(said for said in _table() if len(said) >= _FUZZY_LETTERS and said[0] != "=")


def first_words() -> frozenset[str]:
    """What a label may begin with."""
    return frozenset(said.partition(" ")[0] for said in _table() if said[0] != "=")
