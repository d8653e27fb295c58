"""Instants as engines and segments count them: microseconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
