"""The readings that led to an alert, as they are kept beside it: few, and never those of the care check."""

from datetime import datetime, timedelta

from linli.sensing.domain.observations import readable

MOST = 60  # points
BACK = timedelta(hours=2)
Point = list[float]  # [milliseconds since 1970, value]


def evidence_of(datastream: int | None, *, until: datetime) -> list[Point]:
    """The last readings of a datastream up to an instant, that one included, the oldest first: at most 60, and of the
    last two hours. Results that are no number are left out. The care stream is not read."""
    if datastream is None:
        return []
    end = _micros(until) + 1
    batches = readable().scan(
        datastreams=[datastream], since=end - _span(BACK), until=end, columns=["at", "number"], newest_first=True,
        limit=MOST,
    )  # fmt: skip
    rows = [(at, number) for batch in batches for at, number in _pairs(batch) if number is not None]
    return [[at / 1000, number] for at, number in reversed(rows)]


def _pairs(batch: object) -> list[tuple[int, float | None]]:
    columns = [batch.column(name).to_pylist() for name in ("at", "number")]  # type: ignore[attr-defined]
    return list(zip(*columns, strict=True))


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _span(span: timedelta) -> int:
    return round(span.total_seconds() * 1_000_000)
