"""Figures that Linli did not compute: handed in by an office from its own books, or reported in a publication.

The two are kept apart from each other and from what is computed. A correction makes a new row, and the old one stays.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.errors import Conflict, Invalid, Refused
from linli.insight.domain.defining import known
from linli.insight.domain.definitions import Indicator
from linli.insight.domain.figures import Form
from linli.insight.domain.periods import period_of
from linli.insight.enums import Kept, Making, Origin, Telling
from linli.insight.models import OutsideValue
from linli.insight.models_indicators import PLACE_LENGTH
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import Role
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.places.models import Kind

WRITERS = (Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER, Role.ADMINISTRATOR)
LARGEST = 10_000_000.0
EARLIEST = date(1949, 10, 1)
SETUP = "setup"
ALREADY = gettext_lazy("There is a figure for these days already. Correct that one.")


@dataclass(frozen=True)
class Draft:
    """What somebody hands in. place: a path, empty for the whole (`whole_path`)."""

    code: str
    first: date
    last: date
    number: float
    source: str
    source_on: date
    place: str = ""
    above: int | None = None
    n: int | None = None
    source_url: str = ""
    note: str = ""
    origin: str = Origin.OFFICE
    telling: str = Telling.LEVEL
    at_least: bool = False
    demo: bool = False


def whole_path() -> str:
    """The place that figures of the whole are of: what is governed here, or its one area where it has but one."""
    root = governed_path()
    areas = tree().children(root, Kind.AREA)
    return areas[0].path if len(areas) == 1 else root


# --- reading


@dataclass(frozen=True)
class Held:
    """What is in force: handed in by offices, for one place; and reported in publications, of anywhere."""

    office: dict[str, list[OutsideValue]]
    reported: dict[str, list[OutsideValue]]


def in_force(codes: Iterable[str], *, place: str = "") -> Held:
    """What was handed in or reported of these, by indicator and day. One statement.

    place: the path that what was handed in is of, empty for the whole.
    """
    ours = Q(origin=Origin.OFFICE, telling=Telling.LEVEL, place=place or whole_path())
    rows = OutsideValue.objects.filter(ours | Q(origin=Origin.REPORTED), code__in=list(codes), status=Kept.IN_FORCE)
    found = Held({}, {})
    for row in rows.order_by("code", "first", "last", "telling"):
        kind = found.reported if row.is_reported else found.office
        kind.setdefault(row.code, []).append(row)
    return found


def reported(*codes: str) -> list[OutsideValue]:
    """What publications report of these; none named: of all. Never part of a course. One statement."""
    rows = OutsideValue.objects.filter(origin=Origin.REPORTED, status=Kept.IN_FORCE)
    return list((rows.filter(code__in=codes) if codes else rows).order_by("code", "first", "last", "telling"))


def history(code: str, *, place: str = "") -> list[OutsideValue]:
    """All that was ever handed in of an indicator, also what holds no more, the newest first. One statement."""
    rows = OutsideValue.objects.filter(code=code, origin=Origin.OFFICE, place=place or whole_path())
    rows = rows.select_related("post", "replaces")
    return list(rows.order_by("-first", "-last", "-id"))


# --- writing


def enter_value(*, draft: Draft, by: Actor, at: datetime, action: UUID | None = None) -> OutsideValue:
    """Take in one figure.

    Raises:
        Refused: this post may not, or not for this place.
        Invalid: something is wrong with it; a figure for these days is there already.
    """
    _may(by, draft.place)
    if action is not None and (done := OutsideValue.objects.filter(action=action).first()) is not None:
        return done
    check(draft, today=timezone.localdate(at))
    try:
        with transaction.atomic():
            row = _row(draft, by, at, action)
            row.save(force_insert=True)
            _log("value_entered", row, by, at)
    except IntegrityError as error:
        raise Invalid(fields={"first": str(ALREADY)}) from error
    return row


def correct_value(
    *, value: OutsideValue, draft: Draft, reason: str, by: Actor, at: datetime, action: UUID | None = None
) -> OutsideValue:
    """Put another figure in the place of one that was wrong; the old one is kept, with who changed it and why.

    Raises:
        Refused: this post may not, or not for one of the two places.
        Invalid: no reason, or something is wrong with it.
        Conflict: somebody corrected or withdrew it meanwhile.
    """
    _may(by, value.place)
    _may(by, draft.place)
    if action is not None and (done := OutsideValue.objects.filter(action=action).first()) is not None:
        return done
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write the reason in a sentence.")})
    check(draft, today=timezone.localdate(at))
    try:
        with transaction.atomic():
            _close(value, Kept.REPLACED)
            row = _row(draft, by, at, action)
            row.replaces, row.reason = value, reason.strip()
            row.save(force_insert=True)
            _log("value_corrected", row, by, at)
    except IntegrityError as error:
        raise Invalid(fields={"first": str(ALREADY)}) from error
    return row


def withdraw_value(*, value: OutsideValue, reason: str, by: Actor, at: datetime) -> OutsideValue:
    """Say that a figure does not hold, without another in its place. It is kept.

    Raises:
        Refused, Invalid, Conflict: as for a correction.
    """
    _may(by, value.place)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write the reason in a sentence.")})
    with transaction.atomic():
        _close(value, Kept.WITHDRAWN, reason=reason.strip())
        value.refresh_from_db()
        _log("value_withdrawn", value, by, at)
    return value


def _close(value: OutsideValue, status: Kept, **more: Any) -> None:
    if not OutsideValue.objects.filter(pk=value.pk, status=Kept.IN_FORCE).update(status=status, **more):
        raise Conflict(_("Somebody corrected or withdrew this figure meanwhile."))


def may_write(by: Actor, place: str) -> bool:
    """Writers write for the place of their post and what lies below it; the set-up writes anywhere."""
    if by.system == SETUP:
        return True
    at = place or whole_path()
    return (
        by.account is not None and by.has_role(*WRITERS) and by.post is not None and at.startswith(by.post.place.path)
    )


def _may(by: Actor, place: str) -> None:
    if not may_write(by, place):
        raise Refused


def _row(draft: Draft, by: Actor, at: datetime, action: UUID | None) -> OutsideValue:
    return OutsideValue(
        code=draft.code, origin=draft.origin, telling=draft.telling, place=draft.place or whole_path(),
        first=draft.first, last=draft.last, number=draft.number, at_least=draft.at_least, above=draft.above, n=draft.n,
        source=draft.source.strip(), source_url=draft.source_url, source_on=draft.source_on, note=draft.note.strip(),
        demo=draft.demo, account=by.account, post=by.post, entered_at=at, action=action,
    )  # fmt: skip


def _log(what: str, row: OutsideValue, by: Actor, at: datetime) -> None:
    """What an administrator does stands in the log of administrators; of others the row itself says it."""
    if by.has_role(Role.ADMINISTRATOR):
        acts.record(what, target=row.code, detail=f"{row.first} – {row.last}: {row.number:g}", by=by, at=at)


# --- what must be true of a figure


def check(draft: Draft, *, today: date) -> Indicator:
    """The indicator that a figure is of.

    Raises:
        Invalid: with what is wrong, by field.
    """
    indicator = known(today).get(draft.code)
    if indicator is None:
        raise Invalid(fields={"code": _("There is no such indicator.")})
    found = _wrong_kind(draft, indicator) | _wrong_days(draft, indicator, today) | _wrong_number(draft, indicator)
    if not draft.source.strip():
        found["source"] = _("Write where the figure comes from: which book, report or office.")
    if draft.source_on > today:
        found["source_on"] = _("The source cannot be dated later than today.")
    if len(draft.place) > PLACE_LENGTH:
        found["place"] = _("Figures are kept down to the estate, not for a building.")
    if found:
        raise Invalid(fields=found)
    return indicator


def _wrong_kind(draft: Draft, indicator: Indicator) -> dict[str, Any]:
    """What Linli computes is not handed in; it may be reported by others, and stands apart then."""
    if draft.origin == Origin.OFFICE and indicator.making != Making.OUTSIDE:
        return {
            "code": _("Linli computes this one, or will. Only what a publication reports can be entered beside it.")
        }
    if draft.origin == Origin.OFFICE and draft.telling == Telling.CHANGE:
        return {"telling": _("Hand in the figure itself. The change is worked out from it.")}
    return {}


def _wrong_days(draft: Draft, indicator: Indicator, today: date) -> dict[str, Any]:
    if draft.last < draft.first:
        return {"last": _("It ends before it begins.")}
    if draft.first < EARLIEST:
        return {"first": _("Write a year of four digits, such as 2025.")}
    if draft.last > today:
        return {"last": _("The period is not over yet. Hand it in when it is.")}
    if draft.origin == Origin.OFFICE and indicator.making == Making.OUTSIDE:
        fits = period_of(indicator.span, draft.first, today)
        if (fits.first, fits.last) != (draft.first, draft.last):
            return {
                "first": _("This indicator is counted by %(span)s: write %(first)s to %(last)s.")
                % {"span": indicator.span.label, "first": fits.first, "last": fits.last}
            }
    return {}


def _wrong_number(draft: Draft, indicator: Indicator) -> dict[str, Any]:
    if not math.isfinite(draft.number) or abs(draft.number) > LARGEST:
        return {"number": _("This is no number that can be.")}
    if draft.telling == Telling.CHANGE:
        return {} if -1 <= draft.number <= LARGEST else {"number": _("Nothing can fall by more than 100 %.")}
    if draft.number < 0:
        return {"number": _("It cannot be less than nought.")}
    if indicator.form == Form.COUNT and draft.number != round(draft.number):
        return {"number": _("It is a number of things: write a whole number.")}
    if indicator.form == Form.RATE and draft.number > 1:
        return {"number": _("It is a share: write 0 to 100, in percent.")}
    return _wrong_parts(draft, indicator)


def _wrong_parts(draft: Draft, indicator: Indicator) -> dict[str, Any]:
    if draft.above is not None and draft.n is not None:
        if draft.above > draft.n:
            return {"above": _("It cannot be more than all of them.")}
        if indicator.form == Form.RATE and draft.n and abs(draft.above / draft.n - draft.number) > 0.0051:
            return {"number": _("%(above)d of %(n)d are not that share.") % {"above": draft.above, "n": draft.n}}
    return {}
