"""What the pages of rules at work read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Prefetch, Q

from linli.cases.domain.catalogue import catalogue
from linli.cases.models import Case
from linli.engines.clocks import Limit
from linli.lawbook import Rule as LawRule
from linli.lawbook import book
from linli.people.actors import Viewer
from linli.people.models import AdminAct
from linli.procedures.models import Procedure
from linli.sensing.domain.backtest import Backtest, backtests_of
from linli.sensing.domain.instants import instant
from linli.sensing.domain.rule_figures import CALLS_OF, NOTHING, RuleFigures, acts_of, figures_of, is_below_floor
from linli.sensing.domain.rulebook import rule_named
from linli.sensing.enums import RuleStatus
from linli.sensing.models import Alert, Episode, Rule, RuleVersion

DONE = ("rule_written", "rule_tried", "rule_switched_on", "rule_ended", "rule_seen_to", "rule_asked")
ACTS = 20
NEAR = timedelta(hours=12)
MOST_CASES = 50


@dataclass(frozen=True)
class Line:
    """A rule in the list. shown: the version at work, or else the newest."""

    rule: Rule
    shown: RuleVersion
    figures: RuleFigures
    is_tried: bool
    is_below: bool

    @property
    def is_care(self) -> bool:
        return bool(self.shown.content["then"].get("care"))


def rule_lines(now: datetime) -> list[Line]:
    """Every rule. Seven statements, whatever their number."""
    versions = RuleVersion.objects.order_by("-number")
    rules = list(Rule.objects.select_related("owner").prefetch_related(Prefetch("versions", queryset=versions)))
    figures = figures_of(rules, now)
    return [_line(rule, figures) for rule in rules if rule.versions.all()]


def _line(rule: Rule, figures: Mapping[int, RuleFigures]) -> Line:
    versions = list(rule.versions.all())
    for version in versions:
        version.rule = rule
    live = next((each for each in versions if each.status == RuleStatus.LIVE), None)
    shown = live or versions[0]
    # How often a care check called is said to nobody but its contact.
    seen = NOTHING if shown.content["then"].get("care") else figures[rule.pk]
    tried = any(each.status == RuleStatus.DRY for each in versions)
    return Line(rule, shown, seen, tried, is_below_floor(rule, seen))


@dataclass(frozen=True)
class Beside:
    """A version that is tried: how often it called since, and how often the one at work did."""

    version: RuleVersion
    tried: int
    live: int


@dataclass(frozen=True)
class RulePage:
    """One rule with all its versions, the newest first."""

    line: Line
    versions: Sequence[RuleVersion]
    changes: Mapping[int, Sequence[tuple[str, Any, Any]]]
    beside: Beside | None
    acts: Sequence[AdminAct]
    backtests: Sequence[Backtest]
    law: LawRule | None
    limit: Limit | None

    @property
    def rule(self) -> Rule:
        return self.line.rule


def rule_page(code: str, now: datetime) -> RulePage:
    """One rule. Raises NotFound: there is none of this code."""
    rule = rule_named(code)
    versions = list(rule.versions.select_related("author", "post").order_by("-number"))
    for version in versions:
        version.rule = rule
    rule._prefetched_objects_cache = {"versions": versions}  # type: ignore[attr-defined]
    line = _line(rule, figures_of([rule], now))
    then = line.shown.content["then"]
    laws = book().versions(line.shown.content["basis"]) if line.shown.content.get("basis") else ()
    return RulePage(
        line, versions, changes_of(versions), _beside(versions, now),
        list(acts_of(code, DONE).select_related("account", "post")[:ACTS]), backtests_of(code),
        laws[-1] if laws else None, handling_limit(then),
    )  # fmt: skip


def handling_limit(then: Mapping[str, Any]) -> Limit | None:
    """The time in which what the rule calls for is handled: that of its class of case."""
    klass = catalogue().named(then.get("klass", "")) if then.get("klass") else None
    if klass is None:
        return None
    grade = "urgent" if then.get("urgent") else "ordinary"
    return catalogue().limits[klass.pk].get(("case.handle", grade))


def _beside(versions: Iterable[RuleVersion], now: datetime) -> Beside | None:
    tried = next((each for each in versions if each.status == RuleStatus.DRY), None)
    if tried is None or tried.since is None or tried.content["then"].get("care"):
        return None
    since = max(tried.since, now - 3 * CALLS_OF)
    alerts = Alert.objects.filter(rule=tried.rule_id, at__gte=since)
    return Beside(tried, alerts.filter(version=tried, dry=True).count(), alerts.filter(dry=False).count())


def changes_of(versions: Sequence[RuleVersion]) -> dict[int, list[tuple[str, Any, Any]]]:
    """What each version changed of the one before it, by its number: (field, before, after)."""
    found = {}
    for version, before in pairwise(versions):
        old, new = flat(before.content), flat(version.content)
        names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        found[version.number] = [(name, old.get(name), new.get(name)) for name in names]
    return found


def flat(content: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """A content with the names of fields as the form and the errors say them: "rule.pattern.within"."""
    found: dict[str, Any] = {}
    for name, value in content.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{above}{name}.")
        else:
            found[f"{above}{name}"] = value
    return found


@dataclass(frozen=True)
class NearCase:
    """A case near a call of a backtest. same: it came of the same trouble at the same key."""

    case: Case
    same: bool


def cases_near(asked: Backtest, viewer: Viewer) -> dict[int, NearCase]:
    """For each call that is listed (by its number there) the case of the same trouble, or else one near in place and
    time. Only cases that the viewer may see; sealed ones never. Three statements."""
    if asked.tried is None or not asked.tried.listed:
        return {}
    calls = [(number, instant(at), key, path) for number, (at, _grade, key, path) in enumerate(asked.tried.listed)]
    first, last = min(each[1] for each in calls) - NEAR, max(each[1] for each in calls) + NEAR
    seen = Procedure.objects.visible_to(viewer).filter(kind="case", sealed=False)
    cases = Case.objects.filter(procedure__in=seen).select_related("procedure", "klass")
    same = Episode.objects.filter(rule__code=asked.code, opened_at__range=(first, last), case__in=cases)
    episodes = list(same.select_related("case__procedure", "case__klass"))
    paths = Q(pk__in=[])
    for path in {each[3] for each in calls}:
        paths |= Q(procedure__place_path=path)
    others = list(cases.filter(paths, procedure__opened__range=(first, last))) if len(calls) <= MOST_CASES else []
    found = {}
    for number, at, key, path in calls:
        if near := _of_episode(episodes, key, at) or _in_place(others, path, at):
            found[number] = near
    return found


def _of_episode(episodes: Iterable[Episode], key: str, at: datetime) -> NearCase | None:
    margin = timedelta(minutes=15)
    for each in episodes:
        if (
            each.key == key
            and each.case
            and each.opened_at - margin <= at <= (each.cleared_at or each.last_at) + margin
        ):
            return NearCase(each.case, same=True)
    return None


def _in_place(cases: Iterable[Case], path: str, at: datetime) -> NearCase | None:
    near = [each for each in cases if each.procedure.place_path == path and abs(each.procedure.opened - at) <= NEAR]
    closest = min(near, key=lambda each: abs(each.procedure.opened - at), default=None)
    return NearCase(closest, same=False) if closest else None
