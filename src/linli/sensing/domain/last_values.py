"""The last value of each datastream of a device, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from django.utils.translation import gettext as _

from linli.sensing.domain.observations import readable
from linli.sensing.enums import ResultType
from linli.sensing.models import Datastream

FEWEST = 5
COUNTED = frozenset({"door_openings"})  # counts of what people do: in whole hours, and never fewer than five
KEPT_BACK = COUNTED | {"door_open"}  # the moment of a door tells of a person: shown by the hour alone


@dataclass(frozen=True)
class LastValue:
    """words: the value with its unit; empty where nothing was told, or where it is shown by the hour alone."""

    stream: Datastream
    words: str
    at: datetime | None
    kept_back: bool = False


def last_values(streams: Sequence[Datastream]) -> list[LastValue]:
    """What each datastream told last. Nothing of the care check is read here."""
    shown = [stream for stream in streams if not stream.care]
    told = readable().latest([stream.pk for stream in shown]) if shown else {}
    return [_value(stream, told.get(stream.pk)) for stream in shown]


def _value(stream: Datastream, row: dict[str, object] | None) -> LastValue:
    if stream.observed_property.code in KEPT_BACK:
        return LastValue(stream, "", None, kept_back=True)
    if row is None:
        return LastValue(stream, "", None)
    at = row["at"]
    assert isinstance(at, int)
    number, text = row.get("number"), row.get("text")
    words = value_words(stream, number) if isinstance(number, float) else text_words(text)
    return LastValue(stream, words, datetime.fromtimestamp(at / 1e6, UTC))


def text_words(text: object) -> str:
    """A result that is no number, which is kept as JSON: a word without its quotation marks."""
    read = orjson.loads(text) if isinstance(text, str) else ""
    return read if isinstance(read, str) else str(text)


def value_words(stream: Datastream, number: float) -> str:
    """A number with its unit, yes or no for a truth value, and no count of people below five."""
    what = stream.observed_property
    if what.result_type == ResultType.TRUTH:
        return _("yes") if number else _("no")
    if what.code in COUNTED and 0 < number < FEWEST:
        return f"<{FEWEST}"
    return f"{number:,.6g}{' ' + what.unit if what.unit else ''}"
