"""Replies that only thank or promise: nothing to answer, and nothing for a person to decide."""

from __future__ import annotations

import re
from typing import Final

from bot.reading.phrases import CLAUSES, GREETS, plain

# fmt: off
_POLITE: Final = re.compile(
    r"^(?:(?:many |ok |okay |great |perfect |super |and )*(?:thanks|thank you|thx|cheers|noted"
    r"|got it|understood|received|well received|will do|danke\w*|vielen dank|besten dank"
    r"|herzlichen dank|verstanden|erhalten|merci|bien recu|c est note|gracias|muchas gracias"
    r"|recibido|entendido"
    r"|grazie|ricevuto|bedankt|dank u|dank je|hartelijk dank|ontvangen|obrigad[oa]|recebido)\b"
    r"(?: (?:a lot|so much|very much|again|for|you|that|it|this|the|your|all|we|i|have|message|help"
    r"|mail|email|e|update|info|information|quick|reply|support|and|both|sehr|fur|die|das|ihre"
    r"|schnelle|hilfe|nachricht|beaucoup|pour|votre|aide|por|su|ayuda|per|il|vostro|aiuto|voor|uw"
    r"|hulp|pela|ajuda)){0,8}"
    r"|(?:ok|okay|alright|all right|sure|fine|great|perfect|super|gut|alles klar|d accord"
    r"|vale|va bene|prima|certo)"
    r"|(?:(?:ok|thanks|great|sure|and|so|then) )?(?:we|i|they|our \w+|my \w+)(?: will| ll| shall"
    r"| are going to| am going to| plan to) (?:\w+ )?(?:send|get back|come back|forward|check|ask"
    r"|reply|provide|deliver|fill|order|let you know|look|take care|do (?:it|so|that)|be in touch"
    r"|return|contact|upload|attach|answer|pass|talk)\b.{0,120}"
    r"|(?:(?:ich|wir) )?(?:werde|werden|schicke|schicken|senden|melde|melden|leite|leiten|kummere"
    r"|klare|klaren|frage|fragen|gebe|geben|bestelle|bestellen)\b.{0,120}"
    r"|(?:je|nous) (?:vous )?(?:reviens|revenons|enverrai|enverrons|envoie|envoyons|vais|allons"
    r"|transmets|transmettons)\b.{0,120}"
    r"|(?:lo|los|se lo|le) (?:enviare|enviaremos|mandare|mandaremos)\b.{0,120}"
    r"|(?:vi|ve lo|lo) (?:invieremo|inviero|mandero|manderemo)\b.{0,120}"
    r"|(?:we|wij|ik) (?:zullen|zal|sturen|stuur)\b.{0,120}"
    r"|(?:vamos|vou|iremos|enviaremos|enviarei) ?(?:enviar|mandar|verificar)?\b.{0,120})$"
)
_WHEN: Final = re.compile(
    r"^(?:(?:by|on|in|at|around|early|later|until|hopefully|probably|latest|as soon as|once|when"
    r"|this|next|bis|am|im|nachste|morgen|heute|spater|demain|manana|domani|today|tomorrow|soon|shortly"
    r"|asap|kind|best|warm|regards|mit|viele|freundlich\w*|grusse?n?|cordialement|saludos|saluti"
    r"|groet\w*|cheers)\b.{0,80})$"
)
# fmt: on
_MORE: Final = re.compile(
    r"\b(?:but|however|except|need\w*|problem\w*|error\w*|wrong|not|n t|t|cannot|instead|cancel\w*"
    r"|urgent\w*|aber|nicht|kein\w*|problem\w*|mais|pas|erreur|pero|no|ma|non|maar|niet|geen|mas|nao)\b"
)
_LONGEST: Final = 400


def only(words: str) -> bool:
    """`Thanks, we will send it next week`: nothing to answer, and nothing to decide."""
    if "?" in words or len(words) > _LONGEST or _MORE.search(plain(words)):
        return False
    clauses = [plain(clause) for clause in CLAUSES.split(words)]
    said = [clause for clause in clauses if clause]
    polite = [clause for clause in said if _POLITE.search(clause)]
    rest = [clause for clause in said if clause not in polite and not GREETS.match(clause)]
    return bool(polite) and all(_WHEN.match(clause) for clause in rest)
