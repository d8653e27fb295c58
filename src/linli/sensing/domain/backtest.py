"""What a version of a rule would have called in the past, beside what the one at work would have called.

Both run over the main stream as it is kept, in order of event time; nothing of it is written but the result, a file
that goes after two weeks. The care check is never tried on the past.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core import jobs
from linli.core.errors import Invalid, NotFound
from linli.core.models import Installation
from linli.people.actors import Actor
from linli.sensing.domain.instants import instant, micros
from linli.sensing.domain.observations import readable
from linli.sensing.domain.rule_library import name_and_beside
from linli.sensing.domain.rulebook import AtWork, as_work, at_work
from linli.sensing.enums import RuleStatus
from linli.sensing.models import RuleVersion

JOB = "sensing.backtest"
DAYS = (7, 30, 90)
KEPT = timedelta(days=14)
MOST = 500  # calls that are listed; all are counted
Step = Callable[[], AbstractContextManager[None]]


@dataclass
class Calls:
    """What one version would have called. troubles: calls of one trouble at one key count once.

    by_place: path → calls. listed: [at in microseconds, grade, key, path], the newest first.
    """

    number: int
    total: int = 0
    troubles: int = 0
    by_place: dict[str, int] = field(default_factory=dict)
    by_grade: dict[str, int] = field(default_factory=dict)
    listed: list[list[Any]] = field(default_factory=list)

    @property
    def top(self) -> tuple[str, int] | None:
        """The place with the most calls."""
        return max(self.by_place.items(), key=lambda pair: (pair[1], pair[0]), default=None)


@dataclass
class Backtest:
    """A backtest that was asked for. state: waiting, done, or failed. rows: readings looked at."""

    uuid: str
    code: str
    number: int
    days: int
    until: int
    asked_at: float
    state: str = "waiting"
    rows: int = 0
    tried: Calls | None = None
    live: Calls | None = None

    @property
    def since(self) -> int:
        return self.until - self.days * 86_400_000_000


def ask_backtest(*, version: RuleVersion, days: int, by: Actor, at: datetime, action: UUID) -> Backtest:
    """Have a version tried on the past, as a job. The same action asks once.

    Raises:
        Invalid: the care check, which is never tried on the past; or another span than 7, 30 or 90 days.
    """
    if version.content["then"].get("care"):
        raise Invalid(_("The care check is never tried on the past: what it told is gone after 48 hours."))
    if days not in DAYS:
        raise Invalid(fields={"days": _("Choose 7, 30 or 90 days.")})
    asked = Backtest(str(action), version.rule.code, version.number, days, micros(at), at.timestamp())
    if not path_of(action).exists():
        write(asked)
        with transaction.atomic():
            jobs.enqueue(JOB, {"uuid": str(action)}, at=at, unique=f"{JOB}:{action}")
    return asked


def run_backtest(uuid: UUID, *, step: Step = nullcontext) -> Backtest:
    """Do what was asked for. step: entered now and then, so that a long run keeps its job."""
    asked = read(uuid)
    version = RuleVersion.objects.select_related("rule").get(rule__code=asked.code, number=asked.number)
    live = RuleVersion.objects.select_related("rule").filter(rule__code=asked.code, status=RuleStatus.LIVE).first()
    running = with_sources([as_work(version, beside=True), *([as_work(live, beside=False)] if live else [])])
    found = {each.beside: Calls(each.number) for each in running if each.code == asked.code}
    for rows, said in replay(running, since=asked.since, until=asked.until, step=step):
        asked.rows += rows
        for beside, calls in said.items():
            _add(found[beside], calls)
    asked.tried, asked.live, asked.state = found[True], found.get(False), "done"
    for calls in found.values():
        calls.listed = sorted(calls.listed, reverse=True)[:MOST]
    write(asked)
    return asked


def with_sources(running: Sequence[AtWork]) -> list[AtWork]:
    """The versions, and those at work whose alerts they take."""
    asked = {code for each in running for code in each.rule.select.alerts}
    have = {each.code for each in running if not each.beside}
    return [*(each for each in at_work() if each.code in asked - have and not each.beside), *running]


def replay(
    running: Sequence[AtWork], *, since: int, until: int, step: Step = nullcontext
) -> Iterator[tuple[int, dict[bool, Calls]]]:
    """How many readings were looked at and what each version called, estate by estate.

    since, until: microseconds; calls in [since, until) count. Readings before `since` only warm the rules.
    """
    # Arrow and the operator are loaded by the worker that needs them, not by every page.
    from linli.engines.rules import Operator
    from linli.engines.rules.records import to_warm
    from linli.sensing.host.rules import hours_of
    from linli.sensing.host.streams import all_streams

    installation = str(Installation.objects.get().uuid)
    rules = [each.rule for each in running]
    for (estate, stream), streams in all_streams().items():
        asked, window = to_warm(rules, (), streams)
        if stream != "main" or not asked:
            continue
        first = timezone.localdate(instant(since - window)) - timedelta(days=1)
        hours = hours_of(running, first, (until - since + window) // 86_400_000_000 + 4)
        wanted = set(asked)
        chosen = [each for each in streams if each.id in wanted]
        operator = Operator(rules, chosen, installation, hours, kernel=False)
        yield _estate(operator, estate, running, since=since, until=until, window=window, step=step)


def _estate(
    operator: Any, estate: str, running: Sequence[AtWork], *, since: int, until: int, window: int, step: Step
) -> tuple[int, dict[bool, Calls]]:
    from linli.engines.rules.records import as_batch

    code = running[-1].code
    found = {each.beside: Calls(each.number) for each in running if each.code == code}
    paths = _paths(operator.streams)
    open_keys: set[tuple[bool, str]] = set()
    rows = 0

    def take(outputs: Any) -> None:
        if outputs:
            _count(outputs, code, found, open_keys, paths, since)

    for batch in readable().scan(
        datastreams=[each.id for each in operator.streams], since=since - window, until=until, estates=[estate],
        columns=["datastream", "at", "number", "text", "received"],
    ):  # fmt: skip
        with step():
            given = as_batch(batch)
            rows += len(given)
            if len(given):
                take(operator.step(given, int(np.max(given.at)) - 1))
    take(operator.tick(until - 1))
    return rows, found


def _paths(streams: Sequence[Any]) -> dict[str, str]:
    return {f"device:{each.device}": each.path for each in streams} | {
        f"datastream:{each.id}": each.path for each in streams
    }


def _count(
    outputs: Any,
    code: str,
    found: Mapping[bool, Calls],
    open_keys: set[tuple[bool, str]],
    paths: Mapping[str, str],
    since: int,
) -> None:
    """Add what was called, in order of time; an episode that is over makes room for the next trouble."""
    said = [(each.at, 0, each) for each in outputs.alerts] + [(each.at, 1, each) for each in outputs.cleared]
    for at, over, each in sorted(said, key=lambda pair: pair[:2]):
        name, beside = name_and_beside(each.rule)
        if name != code:
            continue
        key = (beside, each.key)
        if over:
            open_keys.discard(key)
            continue
        fresh = key not in open_keys
        open_keys.add(key)
        if at >= since:
            path = paths.get(each.key) or each.key.partition(":")[2]
            _one(found[beside], at, each.grade, each.key, path, fresh=fresh)


def _one(calls: Calls, at: int, grade: str, key: str, path: str, *, fresh: bool) -> None:
    calls.total += 1
    calls.troubles += fresh
    calls.by_place[path] = calls.by_place.get(path, 0) + 1
    calls.by_grade[grade] = calls.by_grade.get(grade, 0) + 1
    calls.listed.append([at, grade, key, path])


def _add(into: Calls, calls: Calls) -> None:
    into.total += calls.total
    into.troubles += calls.troubles
    into.by_place = dict(Counter(into.by_place) + Counter(calls.by_place))
    into.by_grade = dict(Counter(into.by_grade) + Counter(calls.by_grade))
    into.listed += calls.listed


def path_of(uuid: UUID | str) -> Path:
    return Path(settings.SENSING) / "backtests" / f"{uuid}.json"


def write(asked: Backtest) -> None:
    path = path_of(asked.uuid)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(orjson.dumps(asdict(asked)))
    beside.replace(path)


def read(uuid: UUID) -> Backtest:
    """Raises NotFound: nobody asked for it, or it is gone."""
    try:
        given = orjson.loads(path_of(uuid).read_bytes())
    except FileNotFoundError:
        raise NotFound from None
    for name in ("tried", "live"):
        given[name] = Calls(**given[name]) if given[name] else None
    return Backtest(**given)


def fail_backtest(uuid: UUID) -> None:
    """Say that it could not be done."""
    asked = read(uuid)
    asked.state = "failed"
    write(asked)


def backtests_of(code: str) -> list[Backtest]:
    """Those of a rule that are kept, the newest first."""
    found = []
    for path in (Path(settings.SENSING) / "backtests").glob("*.json"):
        asked = read(UUID(path.stem))
        if asked.code == code:
            found.append(asked)
    return sorted(found, key=lambda each: -each.asked_at)


def forget_backtests(*, at: datetime) -> int:
    """Delete results that are two weeks old. Returns how many."""
    old = [
        path
        for path in (Path(settings.SENSING) / "backtests").glob("*.json")
        if path.stat().st_mtime < (at - KEPT).timestamp()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
