"""How well a rule calls: how often, how often rightly, and how soon somebody had it in hand.

Of fewer than five there is no share and no median: so few would point at single visits.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.models import AdminAct
from linli.sensing.domain.rule_news import tell_owner
from linli.sensing.enums import RuleStatus, Verdict
from linli.sensing.models import Alert, Call, Episode, Judgement, Rule

FEWEST = 5
CALLS_OF = timedelta(days=30)  # how far back calls are counted
JUDGED_OF = timedelta(days=90)  # and what was found, and how soon somebody went
ASKED_BY = Actor.named("sensing.ask_owners")


@dataclass(frozen=True)
class RuleFigures:
    """alerts, troubles and cases of the last 30 days; the rest of the last 90.

    judged: visits of which somebody said what was found; right: those where it was so and needed somebody.
    to_hand: the median time from the first call until somebody answered, over `answered` episodes; None below five.
    """

    alerts: int = 0
    troubles: int = 0
    cases: int = 0
    judged: int = 0
    right: int = 0
    nuisance: int = 0
    answered: int = 0
    to_hand: timedelta | None = None

    @property
    def precision(self) -> int | None:
        """The share of visits that were needed, in percent; None below five."""
        return None if self.judged < FEWEST else round(100 * self.right / self.judged)


NOTHING = RuleFigures()


def figures_of(rules: Iterable[Rule], now: datetime) -> dict[int, RuleFigures]:
    """The figures of each rule by its key. Four statements, whatever the number of rules."""
    keys = [rule.pk for rule in rules]
    alerts = _counted(
        Alert.objects.filter(rule__in=keys, dry=False, at__gte=now - CALLS_OF).values_list("rule").annotate(Count("pk"))
    )
    recent = Episode.objects.filter(rule__in=keys, opened_at__gte=now - CALLS_OF)
    troubles: dict[Any, Any] = {
        row["rule"]: row for row in recent.values("rule").annotate(n=Count("pk"), cases=Count("case"))
    }
    verdicts = _verdicts(keys, now)
    waits = _waits(keys, now)
    return {
        key: RuleFigures(
            alerts=alerts.get(key, 0),
            troubles=troubles.get(key, {}).get("n", 0), cases=troubles.get(key, {}).get("cases", 0),
            judged=sum(verdicts[key].values()), right=verdicts[key][Verdict.TRUE],
            nuisance=verdicts[key][Verdict.NUISANCE], answered=len(waits[key]),
            to_hand=timedelta(seconds=median(waits[key])) if len(waits[key]) >= FEWEST else None,
        )
        for key in keys
    }  # fmt: skip


def _counted(rows: Iterable[tuple[int, int]]) -> Mapping[int, int]:
    return dict(rows)


def _verdicts(keys: list[int], now: datetime) -> Mapping[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {key: dict.fromkeys(Verdict.values, 0) for key in keys}
    judged = Judgement.objects.filter(episode__rule__in=keys, at__gte=now - JUDGED_OF)
    for rule, verdict, number in judged.values_list("episode__rule", "verdict").annotate(n=Count("pk")):
        found[rule][verdict] = number
    return found


def _waits(keys: list[int], now: datetime) -> Mapping[int, list[float]]:
    """Seconds from the first call to the first answer, of each episode that somebody answered."""
    calls = Call.objects.filter(episode__rule__in=keys, called_at__gte=now - JUDGED_OF)
    rows = calls.values("episode", "episode__rule").annotate(
        called=Min("called_at"), answered=Min("answered_at", filter=Q(answered_at__isnull=False))
    )
    found: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        if row["answered"] is not None:
            found[row["episode__rule"]].append((row["answered"] - row["called"]).total_seconds())
    return found


def is_below_floor(rule: Rule, figures: RuleFigures) -> bool:
    return figures.precision is not None and figures.precision < rule.floor


def ask_owners(*, at: datetime) -> list[Rule]:
    """Ask the owner of each rule that calls wrongly too often, or whose day of review has come, to look at it.

    Returns the rules that are asked for anew. One that was looked at is asked for again only after it was judged
    since; one at no work is left alone.
    """
    working = Rule.objects.filter(versions__status=RuleStatus.LIVE, asked_at=None).select_related("owner")
    rules = list(working)
    figures = figures_of(rules, at)
    due = [rule for rule in rules if _must_ask(rule, figures[rule.pk], at)]
    with transaction.atomic():
        for rule in due:
            if Rule.objects.filter(pk=rule.pk, asked_at=None).update(asked_at=at):
                rule.asked_at = at
                acts.record("rule_asked", target=rule.code, detail=_figure_words(figures[rule.pk]), by=ASKED_BY, at=at)
                version = rule.versions.filter(status=RuleStatus.LIVE).select_related("rule").latest("number")
                tell_owner(version, too_often=is_below_floor(rule, figures[rule.pk]), at=at)
    return due


def _must_ask(rule: Rule, figures: RuleFigures, at: datetime) -> bool:
    if rule.review_on is not None and rule.review_on <= timezone.localdate(at):
        return True
    if not is_below_floor(rule, figures):
        return False
    looked = acts_of(rule.code, ("rule_seen_to", "rule_switched_on")).first()
    if looked is None:
        return True
    return Judgement.objects.filter(episode__rule=rule, at__gt=looked.at).count() >= FEWEST


def _figure_words(figures: RuleFigures) -> str:
    return f"{figures.right}/{figures.judged}"


def acts_of(code: str, names: Iterable[str]) -> QuerySet[AdminAct]:
    """What was done to a rule, the newest first."""
    return AdminAct.objects.filter(target=code, what__in=list(names)).order_by("-at", "-pk")
