"""Setting up a hall: what it is called, when it is open, its counters, its lines, and the figures of its rule."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.errors import Conflict, Invalid, Refused
from linli.people.actors import Actor
from linli.people.enums import Role
from linli.places.models import Place
from linli.procedures.domain.limits import calendar
from linli.services.domain.hall.booking import call_off_shut, on_day
from linli.services.enums import Skill
from linli.services.models_queue import (
    HOLDING,
    Appointment,
    Counter,
    CounterStatus,
    Hall,
    Line,
    OpeningHours,
    ShutDay,
)

RULE = {
    "walk_in_share": (0, 100), "most": (1, 20), "grace": (1, 30), "late": (0, 60), "cut_off": (0, 2880),
    "offer": (15, 1440), "ahead": (1, 90),
}  # fmt: skip

# What one queues for in a hall that begins: skill, letter, minutes, about, about in English.
FIRST_LINES = [
    ("general", "A", 8, "证件、公交优待、盖章、咨询", "Cards, discounts, seals, questions"),
    ("insurance", "B", 12, "医保、养老金、就业", "Health insurance, pension, work"),
    ("civil", "C", 12, "老人、残疾、低保、婚育", "Older people, disability, assistance, family"),
    ("housing", "D", 15, "租房、补贴、加装电梯咨询", "Rent, subsidies, questions about lifts"),
    ("law", "E", 20, "法律、退役军人", "Law and veterans"),
]
FIRST_HOURS = [(day, opens, closes) for day in range(5) for opens, closes in ((540, 690), (810, 1020))]
MOST_COUNTERS = 20


def begin_hall(*, name: str, name_en: str, where: str, where_en: str, counters: int, by: Actor) -> Hall:
    """The office's hall, from what is asked first: every line, at every counter, in office hours. All of it is changed
    afterwards on the same page. Done twice, it is there once.

    Raises:
        Invalid: no name, or no counter.  Refused: not the duty officer.
    """
    _lead(by)
    wrong = {} if name.strip() else {"name": _("Write the name.")}
    if not 1 <= counters <= MOST_COUNTERS:
        wrong["counters"] = _("Choose a number from %(least)d to %(most)d.") % {"least": 1, "most": MOST_COUNTERS}
    if wrong:
        raise Invalid(fields=wrong)
    assert by.post is not None  # a duty officer is in a post
    if (there := Hall.objects.first()) is not None:
        return there
    return set_up_hall(
        code="hall", name=name.strip(), name_en=name_en.strip() or name.strip(), where=where.strip(),
        where_en=where_en.strip() or where.strip(), place=by.post.place, lines=FIRST_LINES,
        counters=[(number, Skill.values, False) for number in range(1, counters + 1)], hours=FIRST_HOURS,
    )  # fmt: skip


def set_up_hall(
    *,
    code: str,
    name: str,
    name_en: str,
    where: str,
    where_en: str,
    place: Place,
    lines: Sequence[tuple[str, str, int, str, str]],
    counters: Sequence[tuple[int, Collection[str], bool]],
    hours: Sequence[tuple[int, int, int]],
) -> Hall:
    """Make a hall with all that it has; one with this code that is there already stays as it is.

    lines: (skill, letter, minutes, about, about in English).  counters: (number, skills, low).
    hours: (weekday, opens, closes) in minutes since midnight.
    """
    with transaction.atomic():
        hall, fresh = Hall.objects.get_or_create(
            code=code,
            defaults={"name": name, "name_en": name_en, "where": where, "where_en": where_en, "place": place},
        )
        if fresh:
            Line.objects.bulk_create(
                Line(hall=hall, skill=skill, letter=letter, minutes=minutes, about=about, about_en=about_en)
                for skill, letter, minutes, about, about_en in lines
            )
            Counter.objects.bulk_create(
                Counter(hall=hall, number=number, skills=sorted(skills), low=low) for number, skills, low in counters
            )
            OpeningHours.objects.bulk_create(OpeningHours(hall=hall, weekday=w, opens=o, closes=c) for w, o, c in hours)
    return hall


def set_rule(*, hall: Hall, version: int, figures: Mapping[str, int], by: Actor) -> Hall:
    """Change the figures of the rule on the wall. Who waits already is called by the new ones.

    Raises:
        Invalid: a figure out of its range.  Conflict: somebody changed them meanwhile.
    """
    _lead(by)
    wrong = {
        name: _("Choose a number from %(least)d to %(most)d.") % {"least": RULE[name][0], "most": RULE[name][1]}
        for name, value in figures.items()
        if not RULE[name][0] <= value <= RULE[name][1]
    }
    if wrong:
        raise Invalid(fields=wrong)
    if not Hall.objects.filter(pk=hall.pk, version=version).update(version=version + 1, **figures):
        raise Conflict
    hall.refresh_from_db()
    return hall


def set_hours(*, hall: Hall, version: int, hours: Sequence[tuple[int, int, int]], by: Actor) -> None:
    """Replace the opening hours. Appointments that are booked stay.

    Raises:
        Invalid: an opening ends before it begins, or two of one day overlap.  Conflict: somebody was first.
    """
    _lead(by)
    for weekday in range(7):
        spans = sorted((opens, closes) for day, opens, closes in hours if day == weekday)
        if any(opens >= closes for opens, closes in spans):
            raise Invalid(fields={f"day_{weekday}": _("It closes before it opens.")})
        if any(before[1] > after[0] for before, after in pairwise(spans)):
            raise Invalid(fields={f"day_{weekday}": _("Two openings of this day overlap.")})
    with transaction.atomic():
        if not Hall.objects.filter(pk=hall.pk, version=version).update(version=version + 1):
            raise Conflict
        OpeningHours.objects.filter(hall=hall).delete()
        OpeningHours.objects.bulk_create(OpeningHours(hall=hall, weekday=w, opens=o, closes=c) for w, o, c in hours)


def shut(*, hall: Hall, day: date, reason: str, call_off: bool = False, by: Actor, at: datetime) -> ShutDay:
    """Keep the hall shut on a day.

    call_off: what is booked on it is called off, and whoever left a way to be reached is told why.

    Raises:
        Invalid: a day that is past or without a reason.  Conflict: appointments are booked on it, and may not be
            called off.
    """
    _lead(by)
    if day.toordinal() < calendar().day_of(at):
        raise Invalid(fields={"day": _("This day is past.")})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why, for the notice at the door.")})
    if not call_off and (booked := on_day(hall, day, at).count()):
        raise Conflict(
            ngettext(
                "%(n)d appointment is booked on this day. Tick that it is called off, or choose another day.",
                "%(n)d appointments are booked on this day. Tick that they are called off, or choose another day.",
                booked,
            )
            % {"n": booked}
        )
    shut_day = ShutDay.objects.get_or_create(hall=hall, day=day, defaults={"reason": reason.strip()})[0]
    call_off_shut(hall=hall, at=at)
    return shut_day


def open_again(*, shut_day: ShutDay, by: Actor) -> None:
    _lead(by)
    shut_day.delete()


def set_counter(*, hall: Hall, number: int, skills: Collection[str], low: bool, by: Actor) -> Counter:
    """Add a counter, or change what is done at one.

    Raises:
        Invalid: no number from 1 to 99, or nothing is done at it.
    """
    _lead(by)
    if not 1 <= number <= 99:
        raise Invalid(fields={"number": _("Choose a number from 1 to 99.")})
    if not skills or not set(skills) <= set(Skill.values):
        raise Invalid(fields={"skills": _("Choose at least one thing that is done at this counter.")})
    return Counter.objects.update_or_create(
        hall=hall, number=number, defaults={"skills": sorted(skills), "low": low, "retired_at": None}
    )[0]


def retire_counter(*, counter: Counter, by: Actor, at: datetime) -> None:
    """Take a counter out of the hall for good.

    Raises:
        Conflict: somebody is at it, or appointments are booked there.
    """
    _lead(by)
    booked = Appointment.objects.filter(counter=counter, status__in=HOLDING, minute__gte=int(at.timestamp()) // 60)
    if booked.exists():
        raise Conflict(_("Appointments are booked at this counter."))
    closed = Counter.objects.filter(pk=counter.pk, status=CounterStatus.CLOSED, retired_at=None)
    if not closed.update(retired_at=at):
        raise Conflict(_("Close the counter first."))


def _lead(by: Actor) -> None:
    if not by.has_role(Role.DUTY_OFFICER):
        raise Refused
