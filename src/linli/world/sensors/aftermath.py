"""What people did about the alerts of the past: went there, put it right, said what they found; others checked."""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import uuid5

from linli.cases.domain import closing, handling, together
from linli.cases.domain.routing import desk_post
from linli.core import files
from linli.core.errors import DomainError
from linli.people.actors import Actor
from linli.people.domain.queries import holder_of
from linli.sensing.domain.alert_queries import sheet_of_alert, sheet_of_case
from linli.sensing.domain.alerts import record_alerts
from linli.sensing.domain.calls import answer_call, arrive, escalate_calls
from linli.sensing.domain.fired import FiredAlert
from linli.sensing.domain.judging import hand_in_judged
from linli.world.life import drawing
from linli.world.seed import NAMESPACE
from linli.world.sensors.days import Happening, moment

COLOUR = "#7d8a92"
ANSWER = "设备提示的情况已到场处理并核查，谢谢关注。"
FOUND = "已到场查看并处理。"
HELPED = "已到场配合。"
UNANSWERED = 0.06  # of the calls ring until the next one is called
NEAR = timedelta(hours=40)  # between the beginning of a story and the last alert that it may give

Step = Callable[[datetime], None]


@dataclass
class Aftermath:
    """Plays steps in the order of time, up to `until`; what comes later stays for whoever signs in."""

    told: Sequence[Happening]
    until: datetime
    cases: int = 0
    _due: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _number: Any = field(default_factory=count)
    _seen: set[Any] = field(default_factory=set)

    def record(self, fired: Sequence[FiredAlert]) -> None:
        """Keep alerts as if they had been recorded when they came, and plan what follows from each new case."""
        for one in sorted(fired, key=lambda each: each.at):
            self.advance(one.at)
            record_alerts([one], recorded=one.at + timedelta(seconds=1))
            sheet = None if one.cleared or one.dry else sheet_of_alert(one.id)
            case = sheet.episode.case if sheet else None
            if case is not None and case.pk not in self._seen:
                self._seen.add(case.pk)
                self.cases += 1
                self._plan(case, one)

    def advance(self, to: datetime) -> None:
        """Make every step that is due by then. One that the state of the case forbids ends the line."""
        while self._due and self._due[0][0] <= min(to, self.until):
            at, _number, step = heapq.heappop(self._due)
            escalate_calls(at)
            try:
                step(at)
            except DomainError:
                continue
        escalate_calls(min(to, self.until))

    def _at(self, moment: datetime, step: Step) -> None:
        heapq.heappush(self._due, (moment, next(self._number), step))

    def _plan(self, case: Any, one: FiredAlert) -> None:
        random = Random(f"{one.id}")
        sheet = sheet_of_case(case)
        if sheet is None or not sheet.calls:
            return
        story = self._story(one)
        verdict, found = (story.story.verdict, story.story.found) if story else ("true", FOUND)
        call = sheet.calls[-1]
        patience = (call.answer_by - call.called_at).total_seconds()
        wait = patience * (1.4 if random.random() < UNANSWERED else random.uniform(0.15, 0.8))
        urgent = patience <= 120

        def go(at: datetime) -> None:
            now = sheet_of_case(case)
            calls = now.calls if now else ()
            ringing = [each for each in calls if each.answered_at is None and each.passed_on_at is None]
            if not ringing:
                return
            actor = _actor(ringing[-1].post, at)
            went = answer_call(call=ringing[-1], by=actor, at=at)
            if went.procedure.state in ("received", "filed"):
                went = self._send(went, actor, at)
            there = at + timedelta(seconds=random.uniform(70, 200) if urgent else random.uniform(900, 5400))
            self._at(there, lambda when: self._arrive(case, verdict, found or FOUND, random, when))

        self._at(one.at + timedelta(seconds=wait), go)

    def _send(self, case: Any, by: Actor, at: datetime) -> Any:
        """A person looked, and sends it on."""
        return handling.file_and_dispatch(
            case=case, version=case.procedure.version, klass=case.klass, to=case.proposed, reason="",
            by=by, at=at + timedelta(seconds=5), action=uuid5(NAMESPACE, f"send:{case.pk}"),
        )  # fmt: skip

    def _arrive(self, case: Any, verdict: str, found: str, random: Random, at: datetime) -> None:
        sheet = sheet_of_case(case)
        if sheet is None or sheet.episode.case is None:
            return
        here = sheet.episode.case
        handler = _actor(handling.handler_of(here), at)
        if here.procedure.state == "dispatched":
            here = handling.accept_case(case=here, version=here.procedure.version, by=handler, at=at,
                                        action=uuid5(NAMESPACE, f"accept:{here.pk}"))  # fmt: skip
        arrive(episode=sheet.episode, by=handler, at=at)
        done = at + timedelta(minutes=random.uniform(6, 40))
        self._at(done, lambda when: self._hand_in(here, verdict, found, random, when))

    def _hand_in(self, case: Any, verdict: str, found: str, random: Random, at: datetime) -> None:
        here = _again(case)
        photos = [
            files.store(drawing(COLOUR, random), name=f"done-{n}.png", procedure=None, audience="staff", at=at).uuid
            for n in range(here.klass.photos_asked if here.klass else 0)
        ]
        for helper in together.helpers_of(here):
            here = together.finish_help(
                case=here, version=here.procedure.version, text=HELPED, by=_actor(helper, at), at=at,
                action=uuid5(NAMESPACE, f"helped:{here.pk}:{helper.pk}"),
            )  # fmt: skip
        here = hand_in_judged(
            case=here, version=here.procedure.version, text=found, verdict=verdict or "true", photos=photos,
            by=_actor(handling.handler_of(here), at), at=at, action=uuid5(NAMESPACE, f"done:{here.pk}"),
        )  # fmt: skip
        self._at(at + timedelta(minutes=random.uniform(20, 200)), lambda when: self._verify(here, random, when))

    def _verify(self, case: Any, random: Random, at: datetime) -> None:
        here = _again(case)
        here = closing.verify_case(
            case=here, version=here.procedure.version, by=_actor(handling.verifier_of(here), at), at=at,
            action=uuid5(NAMESPACE, f"seen:{here.pk}"),
        )  # fmt: skip
        self._at(at + timedelta(minutes=random.uniform(5, 60)), lambda when: self._close(here, when))

    def _close(self, case: Any, at: datetime) -> None:
        here = _again(case)
        desk = _actor(desk_post(here.procedure.place_path, at), at)
        closing.close_case(case=here, version=here.procedure.version, answer=ANSWER, by=desk, at=at,
                           action=uuid5(NAMESPACE, f"close:{here.pk}"))  # fmt: skip

    def _story(self, one: FiredAlert) -> Happening | None:
        """The story behind an alert: the last that began at this device before it."""
        near = (
            it
            for it in self.told
            if it.story.rule == one.rule and it.story.verdict and timedelta() <= one.at - moment(it.begins) <= NEAR
        )
        return max(near, key=lambda it: it.begins, default=None)


def _again(case: Any) -> Any:
    sheet = sheet_of_case(case)
    return sheet.episode.case if sheet else case


def _actor(post: Any, at: datetime) -> Actor:
    return Actor(post=post, account=holder_of(post, at=at))
