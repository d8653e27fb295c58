"""What was promised to whom until when. A promise stands on the desk until it is kept, or renewed by another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.cases.models import Case, Promise
from linli.cases.workflow import may_write
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.outbox import tell
from linli.people.actors import Actor, Viewer
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience
from linli.procedures.models import Assignment, Procedure

TEXT_MOST = 1000
LONGEST = timedelta(days=60)
AMBER_AT = 0.75  # of the time promised, as with every clock
LISTED = 200


def promise(
    *, case: Case, text: str, until: datetime, to_reporters: bool, by: Actor, at: datetime, action: UUID
) -> None:
    """Write down what somebody was told, and until when it must be true. Whatever was promised before is renewed by it.

    to_reporters: all reporters of the case read it in their story; otherwise staff alone do, as a promise by telephone.

    Raises:
        Refused: this post has no part in the case and does not lead at its place.
        Invalid: no text; or a time that has passed, or lies more than 60 days ahead.
        Conflict: the case is closed.
    """
    _check(case, text, until, by, at)
    procedure = case.procedure
    with transaction.atomic():
        if not first_time(action, "promise", procedure=procedure, by=by, at=at):
            return
        Promise.objects.filter(procedure=procedure, ended_at=None).update(ended_at=at, end=Promise.End.RENEWED)
        entry = append_entry(
            procedure, "promise", by=by, at=at, says={"text": text.strip(), "until": until},
            audience=Audience.PARTIES if to_reporters else Audience.STAFF,
        )  # fmt: skip
        Promise.objects.create(entry=entry, procedure=procedure, until=until, amber=at + (until - at) * AMBER_AT)
        _tell("case.promise", procedure, at)


def _check(case: Case, text: str, until: datetime, by: Actor, at: datetime) -> None:
    if not may_write(by, case.procedure):
        raise Refused
    if not text.strip():
        raise Invalid(fields={"text": _("Write what was promised.")})
    if not at < until <= at + LONGEST:
        raise Invalid(fields={"until": _("Choose a time from now on, within 60 days.")})
    if case.procedure.closed is not None:
        raise Conflict(_("This case is closed, so nothing more is promised in it."))


def keep_promise(*, procedure: Procedure, key: int, by: Actor, at: datetime) -> None:
    """Say that a promise was kept; the story says so too.

    Raises:
        Refused: this post has no part in the case and does not lead at its place.
        Conflict: it was kept or renewed already.
    """
    if not may_write(by, procedure):
        raise Refused
    with transaction.atomic():
        taken = Promise.objects.filter(pk=key, procedure=procedure, ended_at=None).update(
            ended_at=at, end=Promise.End.KEPT
        )
        if not taken:
            raise Conflict(_("Somebody has kept or renewed this promise already."))
        append_entry(procedure, "promise_kept", by=by, at=at)
        _tell("case.promise_kept", procedure, at)


def _tell(topic: str, procedure: Procedure, at: datetime) -> None:
    posts = Assignment.objects.filter(procedure=procedure, open=True).values_list("post", flat=True)
    tell(topic, procedure.pk, envelope(procedure, posts), at)


COLUMNS = ("pk", "procedure__number", "entry__body__data", "entry__at", "until", "amber")


@dataclass(frozen=True)
class OpenPromise:
    """A promise that binds the desk; it has the fields of a clock. Equal ones, made to many at once, are one row.

    `text` is none where it was forgotten. `number` and `key` are those of the first case, `cases` how many there are.
    """

    key: int
    number: str
    text: str | None
    made: datetime
    due: datetime
    amber: datetime
    cases: int = 1


def open_promises(viewer: Viewer, *, size: int = LISTED) -> list[OpenPromise]:
    """What was promised in cases that the viewer may see and is still to be kept, due first on top. One statement."""
    return _gathered([_row(one) for one in _open(viewer).order_by("until", "entry").values_list(*COLUMNS)[:size]])


def same_promises(viewer: Viewer, key: int) -> list[tuple[Procedure, int]]:
    """The open promises that say the same as this one until the same time, with their cases: told to many at once."""
    first = Promise.objects.filter(pk=key).select_related("entry__body").first()
    if first is None or not hasattr(first.entry, "body"):
        return [(first.procedure, key)] if first else []
    text = _text(first.entry.body.data)
    found = _open(viewer).filter(until=first.until).select_related("procedure", "entry__body")
    return [(one.procedure, one.pk) for one in found if _text(one.entry.body.data) == text]


def _open(viewer: Viewer) -> QuerySet[Promise]:
    seen = Procedure.objects.visible_to(viewer).filter(pk=OuterRef("procedure"))
    return Promise.objects.filter(Exists(seen), ended_at=None, procedure__closed=None)


def promises_of(case: Case) -> list[OpenPromise]:
    """What is still to be kept in one case. One statement."""
    rows = Promise.objects.filter(procedure=case.pk, ended_at=None).order_by("until")
    return [_row(one) for one in rows.values_list(*COLUMNS)]


def _row(row: Sequence[Any]) -> OpenPromise:
    key, number, data, made, until, amber = row
    return OpenPromise(key, number, _text(data), made, until, amber)


def _text(data: bytes | memoryview | None) -> str | None:
    return str(orjson.loads(bytes(data)).get("text", "")) if data else None


def _gathered(rows: Sequence[OpenPromise]) -> list[OpenPromise]:
    """One word to eighty callers is one line of the desk."""
    gathered: dict[tuple[str | None, datetime, str], OpenPromise] = {}
    for row in rows:
        key = (row.text, row.due, row.number if row.text is None else "")
        first = gathered.get(key, row)
        many = first.cases + 1 if key in gathered else 1
        gathered[key] = OpenPromise(first.key, first.number, first.text, first.made, first.due, first.amber, many)
    return list(gathered.values())
