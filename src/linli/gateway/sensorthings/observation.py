"""One observation as filters and answers see it: a row of a segment, read."""

from dataclasses import dataclass, field
from typing import Any

from linli.gateway.sensorthings.times import Instant, Interval, as_time, parse_time


@dataclass(slots=True)
class Observation:
    """pk: its id in 53 bits.  at, until, result_time: microseconds.  feature: id of its feature of interest.

    extra: resultQuality, validTime (as written) and parameters, where there are any.
    """

    pk: int
    datastream_id: int
    at: int
    until: int | None
    result_time: int | None
    result: Any
    feature_id: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def phenomenon_time(self) -> Instant | Interval:
        return as_time(self.at, self.until)

    @property
    def result_instant(self) -> Instant | None:
        return None if self.result_time is None else Instant(self.result_time)

    @property
    def valid_time(self) -> Instant | Interval | None:
        said = self.extra.get("validTime")
        return None if said is None else parse_time(said)
