"""What stands in the log: nothing about persons, in either form.

A line names the route (`cases:case`), never the address that was asked for, which may hold a number of a case or a
claim code; of an error it tells what and where, never its words, which may quote somebody's text. `LINLI_LOG_FORMAT`
chooses plain lines or JSON.
"""

import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

request_id: ContextVar[str] = ContextVar("request_id", default="")

# Others' loggers whose lines quote addresses, host names or headers: what they say is told by their name alone.
QUOTING = ("django.request", "django.security", "django.server", "django.template", "django.db", "asyncio", "allauth")
FIELDS = ("route", "method", "status", "ms")


class _WithoutPersons(logging.Formatter):
    """What both forms share: a message that may be kept."""

    def message(self, record: logging.LogRecord) -> str:
        if record.name.startswith(QUOTING):
            status = getattr(record, "status_code", "")
            return f"{record.levelname.lower()} {status}".strip()
        return record.getMessage()

    def error(self, record: logging.LogRecord) -> str:
        """The kind of error and the way to it. Neither its words nor the lines of code with their values."""
        if not record.exc_info or record.exc_info[1] is None:
            return ""
        error = record.exc_info[1]
        frames = traceback.extract_tb(error.__traceback__)
        way = " < ".join(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in reversed(frames[-12:]))
        return f"{type(error).__name__} at {way}"


class PlainLines(_WithoutPersons):
    def format(self, record: logging.LogRecord) -> str:
        words = [datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"), record.levelname]
        words += [record.name, self.message(record), request_id.get(), self.error(record)]
        return " ".join(word for word in words if word)


class JsonLines(_WithoutPersons):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.message(record),
        }
        line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        line |= {name: value for name, value in (("request", request_id.get()), ("error", self.error(record))) if value}
        return orjson.dumps(line).decode()


FORMATS = {"plain": PlainLines, "json": JsonLines}


def _short(path: str) -> str:
    """A file by its package: without the folders of whoever installed it."""
    for mark in ("/site-packages/", "/src/"):
        if mark in path:
            return path.rpartition(mark)[2]
    return path.rpartition("/")[2]
