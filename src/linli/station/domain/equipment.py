"""The monthly look at the equipment of the fire station. A fault opens a case; a month without a look stands red."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Max
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
from linli.station.domain.kept import STATION, contents, starters
from linli.station.enums import Kept, Outcome
from linli.station.models import EquipmentCheck, EquipmentFinding

DATA = Path(__file__).parent.parent / "data" / "equipment.toml"
FIRE_DESK = "fire"
WORDS = ("name", "look", "place")
CLASS = "facility"  # the class of case that a fault opens
NOTE_MOST = 200
MONTHS_SHOWN = 6
SOON = timedelta(days=7)  # before the end of its month an open check stands amber


@dataclass(frozen=True)
class Item:
    """One kind of thing: how many there must be at least, where it is kept, what is looked at, and every how many
    months."""

    code: str
    least: int
    names: tuple[str, str]
    looks: tuple[str, str]
    places: tuple[str, str]
    every: int

    @property
    def title(self) -> str:
        return _ours(self.names)

    @property
    def look(self) -> str:
        return _ours(self.looks)

    @property
    def place(self) -> str:
        return _ours(self.places)


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
def _starters() -> dict[str, dict[str, Any]]:
    held = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {
        row["code"]: {
            **{f"{name}{end}": row.get(f"{name}{end}", "") for name in WORDS for end in ("", "_en")},
            "least": row["least"], "every": row.get("every", held["check_every_months"]),
        }
        for row in held["item"]
    }  # fmt: skip


starters(Kept.ITEM, _starters)


@STATION.kept
def equipment() -> tuple[Item, ...]:
    """What is kept now, in the order of the list."""
    return tuple(_item(code, row) for code, row in contents(Kept.ITEM).items())


def _item(code: str, row: Mapping[str, Any]) -> Item:
    names, looks, places = ((row[name], row[f"{name}_en"]) for name in WORDS)
    return Item(code, row["least"], names, looks, places, row["every"])


def due_items(at: datetime) -> tuple[Item, ...]:
    """What the check of this month looks at: not what was looked at fewer months ago than its interval. One
    statement."""
    this = month_of(at)
    looked = EquipmentFinding.objects.filter(check_up__month__lt=this).order_by().values("item")
    last = dict(looked.annotate(last=Max("check_up__month")).values_list("item", "last"))
    return tuple(item for item in equipment() if item.code not in last or last[item.code] <= _back(this, item.every))


def is_of_fire_station(by: Actor, at: datetime) -> bool:
    return by.post is not None and by.account is not None and desk_named(FIRE_DESK).has(by.post, at)


def check_equipment(*, found: Mapping[str, Found], by: Actor, at: datetime, action: UUID) -> EquipmentCheck:
    """Write down the look at everything that is due, for the month of `at`. Each fault opens a case at the station.

    found: by the code of each item. A second call with the same action changes nothing.

    Raises:
        Refused: the post is not of the mini fire station.
        Invalid: something was not looked at, or a fault is not described.
    """
    if by.post is None or by.account is None or not is_of_fire_station(by, at):
        raise Refused(_("Only the mini fire station checks its equipment."))
    if (done := EquipmentCheck.objects.filter(action=action).first()) is not None:
        return done
    due = due_items(at)
    if missing := {item.code: _("Please choose: good or fault.") for item in due if item.code not in found}:
        raise Invalid(fields=missing)
    wrong = {code: _wrong(one) for code, one in found.items() if _wrong(one)}
    if wrong:
        raise Invalid(fields=wrong)
    with transaction.atomic():
        check = EquipmentCheck.objects.create(
            action=action, month=month_of(at), post=by.post, account=by.account, at=at
        )
        looked = [item for item in equipment() if item.code in found]
        EquipmentFinding.objects.bulk_create([_finding(check, item, found[item.code], by, at) for item in looked])
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
    return both[1] if both[1] and (get_language() or "").startswith("en") else both[0]
