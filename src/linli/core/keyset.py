"""Lists of rows by falling id, a page at a time, without counting them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

SIZE = 50
NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows, newest first, and the cursors that `{% pagination %}` sends as `before` and `after`, or None."""

    rows: list[Row]
    previous: int | None
    next: int | None


def newest(rows: QuerySet[Row], asked: Mapping[str, str], *, size: int = SIZE) -> Page[Row]:
    """The page that the query string asks for: what comes `after` an id, or stands right `before` it."""
    after, before = _number(asked.get("after", "")), _number(asked.get("before", ""))
    if before is not None:
        found = list(rows.filter(pk__gt=before).order_by("pk")[: size + 1])
        shown = found[:size][::-1]
        return Page(shown, _first(shown, there_is_more=len(found) > size), _last(shown, there_is_more=True))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: size + 1])
    shown = found[:size]
    return Page(shown, _first(shown, there_is_more=after is not None), _last(shown, there_is_more=len(found) > size))


def _number(text: str) -> int | None:
    return int(text) if NUMBER.fullmatch(text) else None


def _first(shown: list[Row], *, there_is_more: bool) -> int | None:
    return shown[0].pk if shown and there_is_more else None


def _last(shown: list[Row], *, there_is_more: bool) -> int | None:
    return shown[-1].pk if shown and there_is_more else None
