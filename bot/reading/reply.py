"""A whole reply of the brand: its answers, and what it says beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.reading import courtesies, form, labelled, pairs, phrases, values
from bot.reading.form import Answer
from bot.reading.lines import LONGEST_TEXT, Line
from bot.x509.details import Field

_CSR: Final = re.compile(
    r"^[ \t*_\"']{0,8}-{4,5} ?BEGIN (?:NEW )?CERTIFICATE REQUEST ?-{4,5}", re.M
)
_OUR_LETTER: Final = re.compile(r"\bstep \d of \d of your certificate renewal", re.IGNORECASE)
_CONFIRMING: Final = 3  # values repeated without a quote that confirm the form


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says; `fields` are new or corrected values, as they stand in the text."""

    fields: Mapping[Field, str]
    confirms: bool = False  # "yes, correct"
    same_as_before: bool = False  # "no changes"
    question: str = ""  # asked back, in the brand's words
    out_of_office: bool = False  # an autoresponder wrote it: it counts for nothing
    two_requests: bool = False  # more than one certificate at once
    own_csr: bool = False  # the brand has pasted a CSR of its own
    labelled: bool = False  # every field stands behind its label, not in a running sentence
    courtesy: bool = False  # thanks and promises alone: nothing to answer
    needs_person: str = ""  # why an agent has to read it

    @property
    def answers(self) -> bool:
        """Whether the brand has answered the form at all."""
        return bool(self.fields) or self.confirms or self.same_as_before


def read(text: str, offered: Mapping[Field, str] | None = None) -> Reply:
    """The reply in the text; what only repeats the `offered` values of the form is no answer."""
    offered = offered or {}
    lines = form.prepared(text)
    given = form.answers(lines)
    words = _own_words(lines, given)
    own = [answer for answer in given if answer.depth == 0]
    fields = {
        field: value
        for field, value in form.best(given, offered).items()
        if not form.same(value, offered.get(field, ""))
    }
    unchanged = phrases.same_as_before(words) or _same_behind_labels(lines)
    if phrases.nobody_there(words) and not unchanged and not _new(own, offered):
        return Reply({}, out_of_office=True)
    unmarked = any(_OUR_LETTER.search(line.text[:200]) for line in lines if line.depth == 0)
    two = _two_requests(own, offered if unmarked else {}) or (
        not fields and phrases.two_certificates(words)
    )
    return Reply(
        fields,
        confirms=phrases.confirms(words) or (not unmarked and _restated(own, offered)),
        same_as_before=unchanged,
        question=phrases.question(words),
        two_requests=two,
        own_csr=bool(_CSR.search(text[:LONGEST_TEXT])),
        labelled=bool(fields) and _all_labelled(fields, own),
        courtesy=not fields and not two and courtesies.only(words or _first(lines)),
        needs_person=_TWO if two else "",
    )


_TWO: Final = (
    "The brand seems to ask for more than one certificate in one reply. Please open a ticket for "
    "each, or tell the brand which one this ticket is for."
)


def _own_words(lines: list[Line], given: list[Answer]) -> str:
    """What the brand itself wrote beside answers, quotes and signature."""
    answered = {answer.line for answer in given if not answer.sentence}
    own = [
        line.text
        for at, line in enumerate(lines)
        if line.depth == 0 and not line.signed and at not in answered and not _label(line.text)
    ]
    return "\n".join(own)


def _first(lines: list[Line]) -> str:
    """The brand's first line, where a bare “Thank you!” passes for the end of a letter."""
    own = (line.text.strip() for line in lines if line.depth == 0)
    return next(filter(None, own), "")


def _label(text: str) -> bool:
    return bool(pairs.found(text)) or labelled.split(text) is not None


def _new(own: list[Answer], offered: Mapping[Field, str]) -> bool:
    return any(not form.same(answer.value, offered.get(answer.field, "")) for answer in own)


def _two_requests(own: list[Answer], offered: Mapping[Field, str]) -> bool:
    """Two common names, each with a form of its own; an unmarked quote of ours is none."""
    names = [a for a in own if a.field is Field.COMMON_NAME and not a.sentence]
    names = [a for a in names if not form.same(a.value, offered.get(a.field, ""))]
    if len({a.value.casefold() for a in names}) < 2:
        return False
    first, last = names[0].line, names[-1].line
    return last > first and any(
        first <= a.line < last and a.field is not Field.COMMON_NAME and not a.sentence for a in own
    )


def _all_labelled(fields: Mapping[Field, str], own: list[Answer]) -> bool:
    """Whether each of the values stands behind a label in the brand's own lines."""
    behind = {answer.field for answer in own if not answer.sentence}
    return set(fields) <= behind


def _restated(own: list[Answer], offered: Mapping[Field, str]) -> bool:
    """The form sent back as it was, typed or pasted, and not as a quote of our letter."""
    repeated = {a.field for a in own if form.same(a.value, offered.get(a.field, ""))}
    return len(repeated) >= _CONFIRMING


def _same_behind_labels(lines: list[Line]) -> bool:
    """`Organization: same as before`."""
    own = (line for line in lines if line.depth == 0 and not line.signed)
    return any(values.says_same(label.rest) for line in own if (label := labelled.split(line.text)))
