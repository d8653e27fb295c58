"""The public promises of the desks: published on a day, held from a day on, ended on a day; never rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.cases.domain.heaps import Recent
from linli.core.errors import Conflict, Invalid, Refused
from linli.engines.clocks import Kind
from linli.people.actors import Actor
from linli.people.enums import Role
from linli.procedures.promise_sources import sources
from linli.procedures.sentences import UNIT_NAMES
from linli.station.domain.desks import Desk, desk_named, desks
from linli.station.domain.measures import PERIODS, UNITS, Rate, rate_of, source_of
from linli.station.models import Commitment

PUBLISHERS = (Role.AREA_LEAD, Role.COMMITTEE_SECRETARY)
TEXT_MOST = 200
AMOUNT_MOST = 60
RATES = Recent()


@dataclass(frozen=True)
class Promise:
    """A commitment as its page shows it."""

    row: Commitment
    desk: Desk
    text: str
    measure: str
    limit: str
    rate: Rate


def publish(
    *, desk: Desk, measure: str, amount: int | None, unit: str, text: str, text_en: str, since: date, by: Actor,
    at: datetime, action: UUID, period: int = 90,
) -> Commitment:  # fmt: skip
    """Promise something in public from a day on, today at the earliest.

    measure: code of a source.  amount, unit: within what time; none and "" for a source with clocks of its own.
    period: over how many days the figure goes back.

    Raises:
        Refused: the post publishes nothing.
        Invalid: what is measured or the time is not known, there are no words, or the day has passed.
    """
    _require(by)
    source = sources().get(measure)
    timed = source is not None and not source.own_clock
    wrong = {
        "measure": source is None and _("Choose what is measured."),
        "unit": timed and unit not in UNITS and _("Choose a unit."),
        "amount": timed and not 1 <= (amount or 0) <= AMOUNT_MOST and _("Choose a number from 1 to 60."),
        "period": period not in PERIODS and _("Choose a period."),
        "text": (not text.strip() or len(text) > TEXT_MOST) and _("Write the promise, in at most 200 characters."),
        "text_en": len(text_en) > TEXT_MOST and _("Write at most 200 characters."),
        "since": since < timezone.localdate(at) and _("A promise holds from today on, or later."),
    }
    if fields := {name: message for name, message in wrong.items() if message}:
        raise Invalid(fields=fields)
    values = {
        "desk": desk.code, "measure": measure, "amount": amount if timed else None, "unit": unit if timed else "",
        "period": period, "text": text.strip(), "text_en": text_en.strip(), "since": since,
        "post": by.post, "account": by.account, "published_at": at,
    }  # fmt: skip
    return Commitment.objects.get_or_create(action=action, defaults=values)[0]


def end(*, commitment: Commitment, until: date, by: Actor, at: datetime) -> Commitment:
    """Say until when it holds: today at the earliest. It stays readable, with how often it was kept.

    Raises:
        Refused: the post publishes nothing.
        Invalid: the day has passed, or lies before it begins.
        Conflict: it was ended already.
    """
    _require(by)
    if until < max(timezone.localdate(at), commitment.since):
        raise Invalid(fields={"until": _("Choose today or a later day.")})
    if not Commitment.objects.filter(pk=commitment.pk, until=None).update(until=until):
        raise Conflict(_("Somebody has ended this promise already."))
    commitment.refresh_from_db()
    return commitment


def may_publish(by: Actor) -> bool:
    return by.account is not None and by.has_role(*PUBLISHERS)


def promises(at: datetime, *, ended: bool = False) -> Sequence[Promise]:
    """Those in force, or those that ended, by desk and day. One statement, and one for each that is not at hand."""
    today = timezone.localdate(at)
    over = Q(until__lt=today)
    found = Commitment.objects.filter(over if ended else ~over).order_by("since", "pk")
    order = {desk.code: number for number, desk in enumerate(desks())}
    return [shown(row, at) for row in sorted(found, key=lambda row: order.get(row.desk, len(order)))]


def shown(row: Commitment, at: datetime) -> Promise:
    """A promise with its figure, in the active language."""
    english = (get_language() or "").startswith("en")
    source = source_of(row)
    return Promise(
        row=row,
        desk=desk_named(row.desk),
        text=row.text_en if english and row.text_en else row.text,
        measure=str(source.title) if source else _("not counted any more"),
        limit=f"{row.amount} {UNIT_NAMES[Kind(row.unit)]}" if row.amount else "",
        rate=RATES.of(row.pk, row.until, lambda: rate_of(row, at)),
    )


def _require(by: Actor) -> None:
    if not may_publish(by):
        raise Refused(_("Only the area lead and the committees publish promises."))
