"""The conditions of a routing rule as small typed JSON: read strictly, for they decide where people's matters go."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from linli.cases.enums import Source
from linli.core.errors import Invalid
from linli.engines.routing import Conditions, Time

MOST, WORDS_MOST, LONGEST = 40, 6, 20
A_PERSONS_NUMBER = re.compile(r"\d[\d -]{5,}\d")  # of a telephone, an identity card, a plate: a rule is about no person
LISTS = ("classes", "places", "sources", "times")


def read_conditions(data: Mapping[str, Any]) -> Conditions:
    """The conditions that JSON says.

    Raises:
        Invalid: an unknown name, something of another type, too many, or words that would find a person.
    """
    if unknown := sorted(set(data) - {*LISTS, "words"}) if isinstance(data, Mapping) else ["…"]:
        raise Invalid(fields={"conditions": _("Unknown condition: %(names)s") % {"names": ", ".join(unknown)}})
    lists = {name: _texts(name, data.get(name, [])) for name in LISTS}
    _known("sources", lists["sources"], set(Source.values))
    _known("times", lists["times"], {str(time) for time in Time})
    return Conditions(
        classes=lists["classes"],
        places=lists["places"],
        sources=lists["sources"],
        times=tuple(Time(name) for name in lists["times"]),
        words=_words(data.get("words", [])),
    )


def as_data(asked: Conditions) -> dict[str, Any]:
    """The conditions as JSON; what asks nothing is left out."""
    lists: dict[str, Any] = {name: [str(value) for value in getattr(asked, name)] for name in LISTS}
    lists["words"] = [list(words) for words in asked.words]
    return {name: values for name, values in lists.items() if values}


def _texts(name: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > MOST or not all(isinstance(value, str) for value in values):
        raise Invalid(fields={name: _("This must be a list of at most %(most)d names.") % {"most": MOST}})
    if not all(values):
        raise Invalid(fields={name: _("One of these is empty.")})
    return tuple(values)


def _known(name: str, values: tuple[str, ...], known: set[str]) -> None:
    if strange := sorted(set(values) - known):
        raise Invalid(fields={name: _("Unknown here: %(names)s") % {"names": ", ".join(strange)}})


def _words(lines: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(lines, list) or len(lines) > MOST:
        raise Invalid(fields={"words": _("Write at most %(most)d lines.") % {"most": MOST}})
    return tuple(_line(line) for line in lines)


def _line(line: Any) -> tuple[str, ...]:
    words = _texts("words", line)
    if not words or len(words) > WORDS_MOST or any(len(word) > LONGEST for word in words):
        told = _("Write one to %(most)d words a line, each of at most %(longest)d characters.")
        raise Invalid(fields={"words": told % {"most": WORDS_MOST, "longest": LONGEST}})
    if A_PERSONS_NUMBER.search(" ".join(words)):
        raise Invalid(
            fields={"words": _("This looks like somebody's number. A rule looks for a matter, never a person.")}
        )
    return words
