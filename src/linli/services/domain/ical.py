"""Calendars that a phone subscribes to (RFC 5545). No name and no account stands in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PRODUCT = "-//Linli//Bookings//ZH"
AGAIN = timedelta(hours=1)  # after which a phone may ask again


@dataclass(frozen=True)
class Event:
    """One entry. uid: the same for the same thing, whenever the calendar is read. busy: whether it takes the time."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    location: str = ""
    description: str = ""
    busy: bool = False
    cancelled: bool = False


def calendar_file(name: str, events: Iterable[Event], *, at: datetime) -> bytes:
    """A calendar with this name. at: when it was made; instants are written in UTC."""
    from icalendar import Calendar  # half a second that only a feed pays

    whole = Calendar()
    head = {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", "method": "PUBLISH", "name": name,
            "x-wr-calname": name}  # fmt: skip
    for key, value in head.items():
        whole.add(key, value)
    whole.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    for event in events:
        whole.add_component(_entry(event, at))
    return bytes(whole.to_ical())


def _entry(event: Event, at: datetime):  # type: ignore[no-untyped-def]
    from icalendar import Event as Entry

    entry = Entry()
    entry.add("uid", event.uid)
    for key, instant in (("dtstamp", at), ("dtstart", event.start), ("dtend", event.end)):
        entry.add(key, instant.astimezone(UTC))
    entry.add("summary", event.summary)
    for key, text in (("location", event.location), ("description", event.description)):
        if text:
            entry.add(key, text)
    entry.add("transp", "OPAQUE" if event.busy else "TRANSPARENT")
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    return entry
