"""The register of dated actions: what was done, when, where, and what it should change."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.cases.enums import Publicity
from linli.core import acts
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.text import tidy
from linli.insight.domain.defining import known
from linli.insight.domain.definitions import Indicator
from linli.insight.domain.figures import Form
from linli.insight.enums import Span
from linli.insight.models import Action
from linli.insight.models_actions import TEXT, TITLE, Counted
from linli.people.actors import Actor
from linli.people.domain.acts import require_reach
from linli.places.models import Kind, Place
from linli.sensing.models import Rule, RuleVersion

EARLIEST = date(2010, 1, 1)
BESIDE = timedelta(days=90)


def register_action(
    *,
    title: str,
    day: date,
    place: Place,
    estates: Sequence[Place],
    counted: str,
    code: str = "",
    rises: bool = False,
    title_en: str = "",
    done: str = "",
    done_en: str = "",
    by: Actor,
    at: datetime,
    action: UUID,
) -> Action:
    """Write down an action and what it should change. The same one sent twice is written once.

    code: of a class (empty: every class), a rule or an indicator.  estates: those it reaches.

    Raises:
        Invalid: by field.  Refused: the post does not reach the place or an estate.
    """
    known = Action.objects.filter(key=action).first()
    if known is not None:
        return known
    require_reach(by=by, place=place)
    for estate in estates:
        require_reach(by=by, place=estate)
    values: dict[str, Any] = {
        "title": tidy(title).strip(), "title_en": tidy(title_en).strip(), "done": tidy(done).strip(),
        "done_en": tidy(done_en).strip(), "day": day, "counted": counted, "code": code, "rises": rises,
    }  # fmt: skip
    if wrong := _wrong(values, estates, timezone.localdate(at)):
        raise Invalid(fields=wrong)
    with transaction.atomic():
        made = Action.objects.create(
            key=action, place=place, registered_by=by.account, post=by.post, registered_at=at, **values
        )
        made.estates.set(estates)
        acts.record("action_registered", target=made.title, detail=day.isoformat(), by=by, at=at)
    return made


def withdraw_action(*, action: Action, because: str, by: Actor, at: datetime) -> Action:
    """Take an action back, with the reason beside it; it stays in the register.

    Raises:
        Invalid: no reason.  Conflict: it was withdrawn already.  Refused: the post does not reach its place.
    """
    require_reach(by=by, place=action.place)
    because = tidy(because).strip()
    if not because:
        raise Invalid(fields={"because": _("Say in a few words why, for example: the wrong day.")})
    with transaction.atomic():
        taken = Action.objects.filter(pk=action.pk, withdrawn_at=None)
        if not taken.update(withdrawn_at=at, withdrawn_because=because[:200]):
            raise Conflict(_("It was withdrawn already."))
        acts.record("action_withdrawn", target=action.title, detail=because, by=by, at=at)
    action.refresh_from_db()
    return action


def _wrong(values: dict[str, Any], estates: Sequence[Place], today: date) -> dict[str, Any]:
    """What is wrong with an action, by field."""
    found: dict[str, Any] = {}
    if not 2 <= len(values["title"]) <= TITLE:
        found["title"] = _("Give it a name of 2 to 80 characters.")
    for name in ("done", "done_en"):
        if len(values[name]) > TEXT:
            found[name] = _("Write at most 400 characters.")
    if not EARLIEST <= values["day"] <= today:
        found["day"] = _("Choose the day on which it began: today or earlier, from 2010 on.")
    if not estates or any(each.kind != Kind.ESTATE for each in estates):
        found["estates"] = _("Choose the estates that it reaches, one at least.")
    if not is_countable(values["counted"], values["code"]):
        found["code"] = _("Choose what it should change from the list.")
    return found


def is_countable(counted: str, code: str) -> bool:
    return counted in Counted.values and code in dict(countable(Counted(counted)))


def countable(counted: Counted) -> list[tuple[str, str]]:
    """What of this kind an action may be held to: code and title. Classes of which nothing is public are none."""
    return COUNTABLE[counted]()


def _classes() -> list[tuple[str, str]]:
    shown = [(each.code, each.title) for each in catalogue().classes if each.publicity != Publicity.NEVER]
    return [("", _("reports of every class")), *shown]


def _rules() -> list[tuple[str, str]]:
    """Rules that called, by the title of their newest version; never the care check."""
    called = Rule.objects.filter(episodes__care=False).distinct()
    titles: dict[str, str] = {}
    for version in RuleVersion.objects.filter(rule__in=called).select_related("rule").order_by("rule", "number"):
        titles[version.rule.code] = version.title
    return sorted(titles.items(), key=lambda pair: pair[1])


def _indicators() -> list[tuple[str, str]]:
    return [(code, str(each.label)) for code, each in known(timezone.localdate()).items() if _can_be_held_to(each)]


def _can_be_held_to(indicator: Indicator) -> bool:
    """Numbers and shares by the month; a mean time has no count that a regression could take."""
    return indicator.form in (Form.COUNT, Form.RATE) and indicator.span == Span.MONTH and not indicator.is_waiting


COUNTABLE = {Counted.CASES: _classes, Counted.ALARMS: _rules, Counted.INDICATOR: _indicators}


def counted_title(action: Action) -> str:
    """What an action is held to, as it is called now; its code where nothing is called so any more."""
    return dict(countable(Counted(action.counted))).get(action.code, action.code)


def actions(*, withdrawn: bool = True) -> QuerySet[Action]:
    """The register, the newest first. Two statements."""
    found = Action.objects.select_related("place", "registered_by", "post").prefetch_related("estates")
    return found if withdrawn else found.filter(withdrawn_at=None)


def action_named(key: UUID) -> Action:
    """Raises:
    NotFound: there is none.
    """
    found = actions().filter(key=key).first()
    if found is None:
        raise NotFound
    return found


def beside(action: Action) -> list[Action]:
    """Other actions of three months before and after that reach one of the same estates."""
    near = actions(withdrawn=False).filter(day__range=(action.day - BESIDE, action.day + BESIDE))
    return list(near.filter(estates__in=action.estates.all()).exclude(pk=action.pk).distinct())
