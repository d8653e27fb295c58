"""Calendars that a phone subscribes to, as RFC 5545 wants them: folded at 75 octets, escaped, every line ended CRLF."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

PRODUCT = "-//Linli//Bookings//ZH"
FOLD = 75  # octets of a line, its end not counted


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
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]  # fmt: skip
    for event in events:
        lines += _event(event, at)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(event: Event, at: datetime) -> list[str]:
    told = [("LOCATION", event.location), ("DESCRIPTION", event.description)]
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{_instant(at)}",
        f"DTSTART:{_instant(event.start)}",
        f"DTEND:{_instant(event.end)}",
        f"SUMMARY:{escaped(event.summary)}",
        *(f"{name}:{escaped(text)}" for name, text in told if text),
        f"TRANSP:{'OPAQUE' if event.busy else 'TRANSPARENT'}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line ends are written with a backslash."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, none of which cuts a character; each but the first begins with a blank."""
    pieces, room, piece = [], FOLD, ""
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", FOLD - 1
        piece += sign
        room -= size
    return "\r\n ".join([*pieces, piece])
