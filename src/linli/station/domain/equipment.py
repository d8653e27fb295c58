"""The monthly look at the equipment of the fire station. A fault opens a case; a month without a look stands red."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.report import report_case
from linli.cases.enums import Source
from linli.core.errors import Invalid, Refused
from linli.people.actors import Actor
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.station.domain.desks import desk_named
from linli.station.enums import Outcome
from linli.station.models import EquipmentCheck, EquipmentFinding

DATA = Path(__file__).parent.parent / "data" / "equipment.toml"
FIRE_DESK = "fire"
CLASS = "facility"  # the class of case that a fault opens
NOTE_MOST = 200
MONTHS_SHOWN = 6
SOON = timedelta(days=7)  # before the end of its month an open check stands amber


@dataclass(frozen=True)
class Item:
    """One kind of thing: how many there must be at least, and what is looked at."""

    code: str
    least: int
    names: tuple[str, str]
    looks: tuple[str, str]

    @property
    def title(self) -> str:
        return _ours(self.names)

    @property
    def look(self) -> str:
        return _ours(self.looks)


@dataclass(frozen=True)
class Found:
    """What somebody found of an item."""

    outcome: Outcome
    note: str = ""


@dataclass(frozen=True)
class Month:
    """A month's check. state: done, due, soon (its last week) or missed."""

    first: date
    state: str
    check: EquipmentCheck | None
    faults: int


@cache
def equipment() -> tuple[Item, ...]:
    return tuple(
        Item(row["code"], row["least"], (row["name"], row["name_en"]), (row["look"], row["look_en"]))
        for row in tomllib.loads(DATA.read_text(encoding="utf-8"))["item"]
    )


def is_of_fire_station(by: Actor, at: datetime) -> bool:
    return by.post is not None and by.account is not None and desk_named(FIRE_DESK).has(by.post, at)


def check_equipment(*, found: Mapping[str, Found], by: Actor, at: datetime, action: UUID) -> EquipmentCheck:
    """Write down the look at everything, for the month of `at`. Each fault opens a case at the station.

    found: by the code of each item. A second call with the same action changes nothing.

    Raises:
        Refused: the post is not of the mini fire station.
        Invalid: something was not looked at, or a fault is not described.
    """
    if by.post is None or by.account is None or not is_of_fire_station(by, at):
        raise Refused(_("Only the mini fire station checks its equipment."))
    if (done := EquipmentCheck.objects.filter(action=action).first()) is not None:
        return done
    if missing := {item.code: _("Please choose: good or fault.") for item in equipment() if item.code not in found}:
        raise Invalid(fields=missing)
    wrong = {code: _wrong(one) for code, one in found.items() if _wrong(one)}
    if wrong:
        raise Invalid(fields=wrong)
    with transaction.atomic():
        check = EquipmentCheck.objects.create(
            action=action, month=month_of(at), post=by.post, account=by.account, at=at
        )
        EquipmentFinding.objects.bulk_create([_finding(check, item, found[item.code], by, at) for item in equipment()])
    return check


def months(at: datetime, *, size: int = MONTHS_SHOWN) -> list[Month]:
    """The months since the first check, this one first. Without any check this month alone. Two statements."""
    this = month_of(at)
    begun = EquipmentCheck.objects.order_by("month").values_list("month", flat=True).first() or this
    checks: dict[date, EquipmentCheck] = {}
    for check in EquipmentCheck.objects.filter(month__gt=_back(this, size)).order_by("at").prefetch_related("findings"):
        checks[check.month] = check
    shown = [first for n in range(size) if (first := _back(this, n)) >= begun]
    return [_month(first, checks.get(first), this, at) for first in shown]


def last_check() -> EquipmentCheck | None:
    """The newest, with what was found and the cases it opened."""
    found = EquipmentCheck.objects.select_related("post").prefetch_related("findings__case__procedure")
    return found.order_by("-at", "-pk").first()


def month_of(at: datetime) -> date:
    return timezone.localdate(at).replace(day=1)


def titles() -> Mapping[str, Item]:
    return {item.code: item for item in equipment()}


def _month(first: date, check: EquipmentCheck | None, this: date, at: datetime) -> Month:
    if check is not None:
        return Month(first, "done", check, sum(one.outcome == Outcome.FAULT for one in check.findings.all()))
    if first < this:
        return Month(first, "missed", None, 0)
    ends = _back(this, -1)
    return Month(first, "soon" if ends - timezone.localdate(at) <= SOON else "due", None, 0)


def _back(first: date, months: int) -> date:
    """The first day of the month so many months before."""
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _wrong(one: Found) -> str:
    if one.outcome == Outcome.FAULT and not one.note.strip():
        return _("Write what is wrong with it.")
    return _("Write at most 200 characters.") if len(one.note) > NOTE_MOST else ""


def _finding(check: EquipmentCheck, item: Item, one: Found, by: Actor, at: datetime) -> EquipmentFinding:
    note = one.note.strip()
    row = EquipmentFinding(check_up=check, item=item.code, outcome=one.outcome, note=note)
    if one.outcome == Outcome.FAULT:
        row.case = report_case(
            text=f"微型消防站器材故障：{item.names[0]}。{note}",
            source=Source.PATROL,
            by=by,
            at=at,
            action=uuid5(check.action, item.code),
            klass=catalogue().named(CLASS),
            place=tree().by_path.get(governed_path()),
            where=desk_named(FIRE_DESK).says["name"][0],
        ).case
    return row


def _ours(both: Sequence[str]) -> str:
    return both[1] if (get_language() or "").startswith("en") else both[0]
