"""What a reply says without a label: yes, the same as before, a question, nobody is there."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 4_000  # characters of a reply's own words
LONGEST_QUESTION: Final = 300

# fmt: off
_YES: Final = frozenset(
    {
        *("yes", "yep", "yeah", "ok", "okay", "correct", "right", "fine", "good", "confirm"),
        "lgtm",
        *("confirmed", "accurate", "approved", "agreed", "agree", "perfect", "true", "ahead"),
        *("proceed", "valid", "continue", "ja", "richtig", "korrekt", "stimmt", "passt", "ordnung"),
        *("bestatigt", "bestatige", "bestatigen", "einverstanden", "oui", "exact", "juste", "bon"),
        *("confirme", "confirmons", "accord", "valide", "parfait", "correcte", "corrects"),
        "justes",
        *("correctes", "exactes", "si", "correcto", "correctos", "correcta", "bien", "perfecto"),
        *("confirmado", "confirmo", "confirmamos", "acuerdo", "corretto", "corretti", "giusto"),
        *("confermo", "confermato", "confermiamo", "bene", "perfetto", "accordo", "giusti"),
        *("klopt", "juist", "akkoord", "bevestigd", "bevestig", "bevestigen", "orde", "goed"),
        *("sim", "correto", "corretos", "certo", "certos", "acordo", "perfeito", "seguir"),
    }
)
_FILLERS: Final = frozenset(
    {
        *("that", "this", "it", "these", "they", "everything", "all", "details", "data", "form"),
        *("information", "the", "i", "we", "can", "is", "are", "s", "re", "look", "looks"),
        "sounds",
        *("perfectly", "fully", "so", "with", "go", "please", "in", "order", "as", "shown"),
        "above",
        *("below", "indeed", "to", "me", "for", "us", "very", "hereby", "use", "of", "thanks"),
        "be",
        *("alles", "das", "dies", "die", "daten", "angaben", "sind", "ist", "sieht", "aus", "gut"),
        *("ich", "wir", "hiermit", "bitte", "danke", "alle", "tout", "c", "cela", "les", "donnees"),
        *("informations", "sont", "est", "je", "nous", "pour", "moi", "d", "va", "en", "ordre"),
        *("todo", "esto", "esta", "los", "datos", "son", "estan", "es", "muy", "de", "gracias"),
        *("tutto", "questo", "i", "dati", "sono", "e", "lo", "cosi", "molto", "grazie", "merci"),
        *("dit", "dat", "gegevens", "zijn", "helemaal", "ik", "wij", "bedankt", "tudo", "isso"),
        *("os", "dados", "estao", "sao", "eu", "muito", "pode", "a", "o"),
    }
)
GREETS: Final = re.compile(
    r"^(?:hi|hello|dear|hallo|guten|sehr|bonjour|hola|buenos|ciao|buongiorno|ola|bom dia|beste"
    r"|geachte)"
    r"\b.{0,40}$|^(?:thanks|thank you|danke|merci|gracias|grazie|bedankt|obrigad[oa]).{0,20}$"
)
_SAME: Final = re.compile(
    r"\bsame (?:details? |data |information |info |values? |as )*(?:as |like )?(?:before|last"
    r"|previous"
    r"|in the (?:old|current|existing|previous)|the (?:old|current|existing|previous|last)|now"
    r"|currently|ever|always|existing|old)"
    r"|\b(?:the )?same (?:details?|data|information|values?)\b|^(?:all |everything )?(?:the )?same$"
    r"|\b(?:all|everything)(?: (?:is|stays|remains))? (?:the )?(?:same|unchanged|as (?:before"
    r"|is))\b"
    r"|\b(?:no|without(?: any)?) changes?\b|\bunchanged\b|\bnothing (?:has |was )?changed\b"
    r"|\bas before\b"
    r"|\bhas(?: not|n t) changed\b|\b(?:use|keep|take|reuse) (?:the )?(?:details|data|values"
    r"|information"
    r"|info)? ?(?:of|from|in)? ?(?:the )?(?:existing|current|old|previous|last|same)\b"
    r"|\bnothing to (?:change|correct|add)\b|\b(?:keep|leave) (?:it|them|all"
    r"|everything) as (?:it )?(?:is|are)\b"
    r"|\bas last (?:year|time)\b|\bidentisch\b|\bmemes (?:informations|donnees|details)"
    r"|\bzelfde (?:gegevens|details|als)|\bwie (?:bisher|vorher|zuvor|gehabt|letzte[sn]? (?:mal"
    r"|jahr)|beim letzten mal|immer"
    r"|im (?:alten|bisherigen|aktuellen))|\bunverandert\b|\bkeine anderung|\balles beim alten\b"
    r"|\b(?:die)?selben (?:daten|angaben)|\bdie gleichen (?:daten|angaben)"
    r"|\bbleibt (?:alles )?gleich"
    r"|\bnichts geandert|\bcomme (?:avant|precedemment|la derniere fois|l annee derniere"
    r"|l ancien)|\binchange|\b(?:pas de|aucun|sans) changement|\bles? memes? (?:informations"
    r"|donnees"
    r"|details|que)|\brien n a change|\b(?:tout est )?identiques? (?:a|au)|\bigual(?:es)? que\b"
    r"|\bcomo (?:antes|la ultima vez|siempre)|\bsin cambios\b|\blos mismos (?:datos|detalles)"
    r"|\b(?:todo )?lo mismo\b|\bnada ha cambiado|\bcome (?:prima|l ultima volta|in precedenza)"
    r"|\bstessi (?:dati|dettagli)|\bnessun(?:a)? (?:cambiamento|modifica|variazione)|\binvariat"
    r"|\buguale a prima|\bzoals (?:voorheen|eerder|vorige keer|de vorige|altijd)|\bongewijzigd\b"
    r"|\bgeen wijzigingen|\bdezelfde (?:gegevens|details|als)|\bhetzelfde (?:als|gebleven)"
    r"|\b(?:os )?mesmos (?:dados|detalhes)|\bas mesmas informacoes|\bsem (?:alteracoes|mudancas)"
    r"|\binalterad|\bigual (?:a|ao) (?:anterior|antes)|\bo mesmo de antes"
)
_BUT: Final = re.compile(
    r"\b(?:but|except|not|n t|wrong|incorrect|however|will|later|tomorrow|check|aber|ausser|nicht"
    r"|falsch|jedoch|werde|werden|mais|pas|sauf|faux|pero|excepto|salvo|incorrecto|mal|ma|tranne"
    r"|non|sbagliat\w*|maar|behalve|niet|fout|mas|exceto|nao|errado|no|nein|nee|let me|first|once"
    r"|should|instead|change to)\b"
)
_NOBODY: Final = re.compile(
    r"\b(?:out of (?:the )?office|automatic(?:ally)? (?:reply|response|generated)|auto ?reply"
    r"|auto ?response|automated (?:reply|response|message)|autoresponder"
    r"|(?:i am|i m|i will be|i ll be) (?:currently |now )?(?:away|out|on (?:\w+ )?(?:leave"
    r"|vacation|holidays?))\b"
    r"|(?:limited|no) access to (?:my )?e ?mail|abwesenheits(?:notiz|meldung)|automatische antwort"
    r"|nicht (?:im (?:buro|hause?)|am arbeitsplatz)\b|(?:bin"
    r"|befinde mich) (?:\S+ ){0,8}(?:abwesend|im urlaub"
    r"|nicht erreichbar)|keinen zugriff auf meine e ?mails|reponse automatique"
    r"|absente? (?:du|de mon) bureau|je suis (?:\S+ ){0,3}(?:absente?|en (?:conge|vacances))"
    r"|respuesta automatica|fuera de (?:la )?oficina|estoy (?:\S+ ){0,3}de vacaciones"
    r"|estare ausente|risposta automatica|fuori (?:ufficio|sede)|sono (?:\S+ ){0,3}(?:in ferie"
    r"|assente)|automatisch(?:e)? antwoord|afwezigheid|(?:ben|ik ben) (?:\S+ ){0,4}(?:afwezig"
    r"|met vakantie|niet op kantoor)|resposta automatica|fora do escritorio|ausente do escritorio"
    r"|estou (?:\S+ ){0,3}(?:de ferias|ausente)|estarei ausente"
    r"|(?:we|has) (?:have )?(?:been )?received your (?:request|message|e ?mail|ticket|enquiry"
    r"|inquiry)"
    r"|(?:message|request|e ?mail) (?:has been|was) received|ticket \w+ has been created"
    r"|delivery (?:has |to .{1,80} has )?failed|undeliverable|mail delivery (?:system|subsystem)"
    r"|do not reply to this (?:e ?mail|message)|ihre anfrage ist (?:bei uns )?eingegangen)"
)
_TWO: Final = re.compile(
    r"\b(?:two|2|both|three|3|several|separate|zwei|beide|drei|deux|trois|dos|due|twee|dois|duas"
    r"|tres|drie|tre)\s(?:\w+\s)?(?:ssl |tls )?(?:certificates|certs|csrs|zertifikate|certificats"
    r"|certificados|certificati|certificaten)\b"
)
_UNCLEAR: Final = re.compile(
    r"^(?:(?:sorry |hm+ |hello |hi )?(?:what (?:do|does|did) (?:you|this|that|it) mean"
    r"|what is (?:this|that)"
    r"|what|huh|pardon|sorry|how so|was bedeutet das|wie bitte|quoi|que|cosa|wat|o que))$"
)
_QUESTION: Final = re.compile(r"[^.!?\n]{2,280}\?(?=[\s\"”»)]|$)")
# fmt: on
_NO_WORD: Final = re.compile(r"[^\w\s]+|_")
CLAUSES: Final = re.compile(r"[.,;:!\n–—()]+|\s-\s")


def confirms(words: str) -> bool:
    """`Yes, correct.`: a clause that says so, and none that takes it back."""
    if words.strip()[:1] == "👍":
        return True
    if "?" in words or _BUT.search(_SAME.sub(" ", plain(words))):
        return False
    clauses = [plain(clause) for clause in CLAUSES.split(words[:LONGEST])]
    said = [set(clause.split()) for clause in clauses if clause and not GREETS.match(clause)]
    return any(clause & _YES and clause <= _YES | _FILLERS for clause in said[:2])


def same_as_before(words: str) -> bool:
    """`Same as before, please`: what is known stays as it is."""
    said = plain(words)
    if "?" in words or not _SAME.search(said):
        return False
    return not _BUT.search(_SAME.sub(" ", said))


def question(words: str) -> str:
    """The first question that the form does not answer; empty when there is none."""
    for match in _QUESTION.finditer(words[:LONGEST]):
        asked = " ".join(match.group().split())
        if len(asked.split()) > 1 and not _UNCLEAR.match(plain(asked)):
            return asked[:LONGEST_QUESTION]
    return ""


def nobody_there(words: str) -> bool:
    """An autoresponder wrote it."""
    return bool(_NOBODY.search(plain(words)))


def two_certificates(words: str) -> bool:
    """`We need two certificates`."""
    return bool(_TWO.search(plain(words)))


def plain(words: str) -> str:
    """Lower case, without accents and marks."""
    apart = unicodedata.normalize("NFKD", words[:LONGEST].casefold())
    letters = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(_NO_WORD.sub(" ", letters).split())
