"""How one occurrence goes: reported, dispatched, worked on, checked, answered, by the posts that would do it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from io import BytesIO
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.utils.timezone import localtime
from PIL import Image, ImageDraw

from linli.cases.domain import closing, handling
from linli.cases.domain.queries import classes
from linli.cases.domain.report import report_case
from linli.cases.domain.routing import desk_post
from linli.cases.enums import Grade, Satisfaction, Source
from linli.core import files
from linli.people.actors import Actor
from linli.people.domain.demo import account_of_card
from linli.people.domain.queries import holder_of, office_posts
from linli.people.enums import Role
from linli.world.stories import AGAIN, REPORTERS, REWORK, WRONG, Plot

REOPENED = 0.06  # share of closed cases whose reporter is not content
OPENS, CLOSES = 8, 18  # the hours in which people in offices act
COLOURS = {"lighting": "#f0c75e", "piling": "#8c6f4e", "leak": "#5b87a6", "waste": "#6b7d52", "trees": "#3d7a4a"}


@dataclass(frozen=True)
class Occurrence:
    """Something that happens at a building at a time. `random` decides how it goes on."""

    key: UUID
    plot: Plot
    building: Any
    at: datetime
    random: Random
    is_again: bool = False


class Life:
    """Plays occurrences through the domain, up to `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._actors: dict[int, Actor] = {}

    def play(self, it: Occurrence) -> None:
        """From the report to wherever it stands at `until`; each step takes the time such a step takes."""
        random, at = it.random, it.at
        case = self._report(it)
        desk = self._actor(desk_post(case.procedure.place_path, self.until))
        at = self._later(at, random, minutes=(4, 45), urgent=self._is_urgent(it))
        if random.random() < 0.03:
            self._step(it, "void", closing.void_case, case, at, desk, reason="重复反映，已并入前一件处理。")
            return
        case = self._step(it, "send", handling.file_and_dispatch, case, at, desk, klass=case.klass, to=case.proposed,
                          reason="")  # fmt: skip
        if case is None:
            return
        handler = self._actor(handling.handler_of(case))
        if random.random() < 0.04:
            case, handler = self._sent_wrongly(it, case, at, desk, handler)
            if case is None:
                return
            at = self._later(at, random, minutes=(100, 130))
        at = self._later(at, random, minutes=(5, 55), urgent=self._is_urgent(it))
        case = self._step(it, "accept", handling.accept_case, case, at, handler)
        if case is not None:
            self._work(it, case, at, handler, desk)

    def _sent_wrongly(self, it: Occurrence, case: Any, at: datetime, desk: Actor, handler: Actor) -> tuple[Any, Any]:
        """The post hands it back, and the desk gives it to the area lead."""
        at = self._later(at, it.random, minutes=(5, 50))
        case = self._step(it, "back", handling.hand_back_case, case, at, handler, reason=WRONG)
        if case is None:
            return None, None
        at = self._later(at, it.random, minutes=(5, 40))
        lead = office_posts(Role.AREA_LEAD)[0]
        case = self._step(it, "resend", handling.dispatch_case, case, at, desk, to=lead, reason="由片区统筹处理。")
        return case, self._actor(lead)

    def _work(self, it: Occurrence, case: Any, at: datetime, handler: Actor, desk: Actor) -> None:
        random = it.random
        rounds = 2 if random.random() < 0.09 else 1
        for turn in range(rounds):
            slow = 9 if random.random() < 0.06 else 1
            at = self._later(at, random, minutes=(90 * slow, 1500 * slow), urgent=self._is_urgent(it))
            if at > self.until:
                return
            case = self._step(it, f"done{turn}", handling.hand_in_case, case, at, handler,
                              text=random.choice(it.plot.done), photos=self._photos(it, turn))  # fmt: skip
            checker = self._actor(handling.verifier_of(case))
            at = self._later(at, random, minutes=(30, 600))
            if turn + 1 < rounds:
                case = self._step(it, "again", closing.rework_case, case, at, checker, reason=random.choice(REWORK))
            else:
                case = self._step(it, "seen", closing.verify_case, case, at, checker)
            if case is None:
                return
        self._answer(it, case, at, desk)

    def _answer(self, it: Occurrence, case: Any, at: datetime, desk: Actor) -> None:
        at = self._later(at, it.random, minutes=(20, 240))
        case = self._step(it, "close", closing.close_case, case, at, desk, answer=it.plot.answer)
        reporter = case and case.procedure.parties.first()
        if reporter is not None and Random(f"{it.key}:again").random() < REOPENED and not it.is_again:
            self._take_up_again(it, case, at, desk, Actor(party=str(reporter.pk)))
            return
        at = at + timedelta(minutes=it.random.randint(30, 1500))
        if reporter is None or case.satisfaction or at > self.until or it.random.random() > 0.6:
            return
        grade = it.random.choices(list(Satisfaction), [46, 33, 12, 6, 3])[0]
        closing.rate_case(case=case, grade=grade, by=Actor(party=str(reporter.pk)), at=at)

    def _take_up_again(self, it: Occurrence, case: Any, at: datetime, desk: Actor, reporter: Actor) -> None:
        """The reporter is not content: it is sent out and worked on once more."""
        again = replace(it, key=uuid5(it.key, "again"), is_again=True)
        at = self._later(at, it.random, minutes=(300, 3000))
        case = self._step(again, "reopen", closing.reopen_case, case, at, reporter, reason=it.random.choice(AGAIN))
        if case is None:
            return
        at = self._later(at, it.random, minutes=(5, 60))
        handler = handling.handler_of(case)
        case = self._step(again, "resend", handling.dispatch_case, case, at, desk, to=handler, reason="")
        at = self._later(at, it.random, minutes=(5, 60))
        case = case and self._step(again, "accept", handling.accept_case, case, at, self._actor(handler))
        if case is not None:
            self._work(again, case, at, self._actor(handler), desk)

    def _report(self, it: Occurrence) -> Any:
        source = Source(it.random.choices(REPORTERS, [50, 20, 12, 6, 7, 5])[0])
        ours = source == Source.RESIDENT and it.random.random() < 0.05
        desk = desk_post(it.building.path, self.until)
        text = it.random.choice(it.plot.reports).replace("{n}", str(it.random.randint(2, 6)), 1)
        return report_case(
            text=text.replace("{n}", str(it.random.randint(2, 6))),
            klass=self._classes[it.plot.klass],
            source=source,
            place=it.building,
            account=account_of_card("resident") if ours else None,
            by=None if source == Source.RESIDENT else self._actor(desk),
            at=it.at,
            action=it.key,
        ).case

    def _step(self, it: Occurrence, name: str, verb: Any, case: Any, at: datetime, by: Actor, **more: Any) -> Any:
        """One verb at its time, or none if that time has not come yet."""
        if at > self.until:
            return None
        action = uuid5(it.key, name)
        return verb(case=case, version=case.procedure.version, by=by, at=at, action=action, **more)

    def _is_urgent(self, it: Occurrence) -> bool:
        return self._classes[it.plot.klass].grade == Grade.URGENT

    def _later(self, at: datetime, random: Random, *, minutes: tuple[int, int], urgent: bool = False) -> datetime:
        """Some minutes on; what falls into the night happens in the morning. What is urgent is ten times as quick."""
        waited = timedelta(minutes=random.randint(*minutes))
        if urgent:
            return at + waited / 10
        then = localtime(at + waited)
        if then.hour >= CLOSES:
            then += timedelta(days=1)
        if not OPENS <= then.hour < CLOSES:
            then = then.replace(hour=OPENS, minute=random.randint(5, 59))
        return then

    def _actor(self, post: Any) -> Actor:
        if post.pk not in self._actors:
            holder = holder_of(post, at=self.until)
            self._actors[post.pk] = Actor(post=post, account=holder)
        return self._actors[post.pk]

    @cached_property
    def _classes(self) -> dict[str, Any]:
        return {klass.code: klass for klass in classes()}

    def _photos(self, it: Occurrence, turn: int) -> list[UUID]:
        colour = COLOURS.get(it.plot.klass, "#7d8a92")
        return [
            files.store(
                drawing(colour, it.random), name=f"done-{turn}-{n}.png", procedure=None, audience="staff", at=self.until
            ).uuid
            for n in range(self._classes[it.plot.klass].photos_asked)
        ]


def drawing(colour: str, random: Random) -> BytesIO:
    """A drawn picture that cannot be taken for a photograph: a wall, a door and a patch of colour."""
    image = Image.new("RGB", (480, 320), "#d9d4c7")
    pen = ImageDraw.Draw(image)
    door = random.randint(40, 300)
    pen.rectangle((0, 250, 480, 320), fill="#b9b2a1")
    pen.rectangle((door, 90, door + 90, 250), fill="#8a9aa3", outline="#17252d", width=3)
    pen.ellipse((350, 40, 350 + random.randint(40, 90), 110), fill=colour, outline="#17252d", width=3)
    pen.text((12, 296), "synthetic picture", fill="#17252d")
    kept = BytesIO()
    image.save(kept, "PNG")
    kept.seek(0)
    return kept
