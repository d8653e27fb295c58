"""Disputes of the demonstration: of each kind, in each state, played by those who would have done it.

The article tells of more than twenty that were settled: support of the aged and property, neighbours' rights, parents
and children. What it counts as violence at home is no mediation here, and is not among these.
"""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.timezone import localdate

from linli.mediation.domain import after, agreeing, choosing, consenting, ending, opening, sessions, talking
from linli.mediation.domain.queries import participants
from linli.mediation.domain.screening import QUESTIONS
from linli.mediation.domain.standing import desk_for, fresh
from linli.mediation.enums import Channel, Court, Meeting, Side, Told
from linli.people.actors import Actor
from linli.people.domain.queries import holder_of
from linli.places.domain.kept import tree
from linli.places.domain.queries import called

NAMESPACE = UUID("0b7d54f0-0d2c-5f0e-9a55-3c1f7b0a6e42")
SAFE = dict.fromkeys(QUESTIONS, False)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Dispute:
    """One dispute: what about, where, who, how many days ago it was asked for, and how far it came."""

    about: str
    estate: str
    one: str
    other: str
    days: int
    state: str
    matter: str
    told: str
    agreed: str = ""
    channel: str = Channel.PAGE


@cache
def disputes() -> tuple[Dispute, ...]:
    """The disputes of data/disputes.toml."""
    data = tomllib.loads(files("linli.world").joinpath("data/disputes.toml").read_text(encoding="utf-8"))
    return tuple(Dispute(**row) for row in data["dispute"])


class Played:
    """One dispute while it is played: who does each thing, and when."""

    def __init__(self, dispute: Dispute, at: datetime) -> None:
        self.dispute, self.now = dispute, at
        self.key = uuid5(NAMESPACE, f"{dispute.about} {dispute.one} {dispute.other}")
        self.at = at - dispute.days * DAY
        self.random = Random(str(self.key))

    def play(self) -> None:
        """From the application to how far it came; nothing where it was played before."""
        applied = self._apply()
        if applied.mediation.procedure.version > 1:
            return
        self.procedure = applied.mediation.procedure.pk
        self.desk = self._actor(desk_for(applied.mediation.procedure.place_path, self.now))
        for reached, act in (
            ("asking", self._ask), ("choosing", self._consent), ("mediating", self._choose), ("talked", self._talk),
            ("agreed", self._agree),
        ):  # fmt: skip
            if not self._goes_on(reached):
                break
            act()
        end: Callable[[], None] | None = getattr(self, f"_{self.dispute.state}", None)
        if end is not None:
            end()

    def _goes_on(self, reached: str) -> bool:
        """Whether the dispute comes as far as this."""
        stops = {"withdrawn": "asking", "refused": "asking", "failed": "talked", "mediating": "talked"}
        last = stops.get(self.dispute.state, "agreed" if self.dispute.agreed else self.dispute.state)
        order = ("applied", "asking", "choosing", "mediating", "talked", "agreed")
        return order.index(reached) <= order.index(last)

    # --- one thing after the other

    def _later(self, hours: float) -> datetime:
        """Some hours on, never after the present."""
        self.at = min(self.at + hours * HOUR, self.now - timedelta(minutes=1))
        return self.at

    def _do(self, verb: Callable[..., Any], by: Actor, act: str, hours: float, **given: Any) -> Any:
        it = fresh(self.procedure)
        return verb(
            mediation=it, by=by, at=self._later(hours), action=uuid5(self.key, act),
            **{key: value(it) if callable(value) else value for key, value in given.items()},
        )  # fmt: skip

    def _actor(self, post: Any) -> Actor:
        return Actor(post=post, account=holder_of(post, at=self.now))

    def _one(self, side: Side) -> Any:
        return next(row for row in participants(fresh(self.procedure)) if row.side == side)

    def _side(self, side: Side) -> Actor:
        return Actor(party=str(self._one(side).pk))

    def _apply(self) -> opening.Applied:
        dispute = self.dispute
        places = tree().places
        inside = called(places)[dispute.estate].path
        houses = [place for place in places if place.kind == "building" and place.path.startswith(inside)]
        place = self.random.choice(houses) if houses else called(places)[dispute.estate]
        by = None if dispute.channel == Channel.PAGE else self._actor(desk_for(inside, self.now))
        return opening.apply_for_mediation(
            about=dispute.about, channel=Channel(dispute.channel), matter=dispute.matter,
            wish="好好商量，以后和睦相处。",
            screen=SAFE, applicant=opening.Person(dispute.one), respondents=[opening.Person(dispute.other)],
            place=place, told=Told.WRITTEN if by is None else Told.ORALLY, by=by, at=self.at, action=self.key,
        )  # fmt: skip

    def _ask(self) -> None:
        self._do(consenting.ask_other_side, self.desk, "ask", 20, version=_version, text=self.dispute.told)

    def _consent(self) -> None:
        other = self._one(Side.RESPONDENT)
        self._do(consenting.say_yes, self.desk, "yes", 28, participant=other, told=Told.ORALLY)

    def _choose(self) -> None:
        post = choosing.mediators(fresh(self.procedure), self.now)[0]
        self.mediator = self._actor(post)
        self._do(choosing.propose, self.desk, "propose", 3, version=_version, post=post, side=Side.APPLICANT)
        proposal = choosing.proposals(fresh(self.procedure))[0].pk
        self._do(
            choosing.answer_proposal, self.desk, "accept", 20, version=_version, proposal=proposal, accept=True,
            side=Side.RESPONDENT,
        )  # fmt: skip

    def _talk(self) -> None:
        words = "说实话我也累，只要对方肯让一步，我也不想闹。"
        self._do(
            talking.say, self._side(Side.APPLICANT), "say", 6, participant=self._one(Side.APPLICANT), text=words,
            may_pass=True,
        )  # fmt: skip
        starts = self.at + 3 * DAY
        self._do(
            sessions.plan_session, self.mediator, "plan", 1, starts=starts, where="居委会二楼调解室",
            manner=Meeting.TOGETHER, only="",
        )  # fmt: skip
        if starts < self.now:
            meeting = fresh(self.procedure).procedure.sessions.latest("pk").pk
            self._do(
                sessions.record_session, self.mediator, "record", 75, session=meeting, held=True,
                present=f"{self.dispute.one}、{self.dispute.other}、调解员",
                record="双方各自说明情况，调解员释明有关规定。",
            )  # fmt: skip

    def _agree(self) -> None:
        due = localdate(self.at + 20 * DAY)
        other = self._one(Side.RESPONDENT)
        promises = [agreeing.Promise(other, self.dispute.agreed.split("，")[0][:60], "按协议约定", due)]
        self._do(
            agreeing.write_agreement, self.mediator, "write", 40, facts=self.dispute.matter, issues=self.dispute.told,
            content=self.dispute.agreed, promises=promises,
        )  # fmt: skip
        for side in Side:
            one = self._one(side)
            self._do(
                agreeing.sign,
                self.mediator,
                f"sign {side}",
                1,
                participant=one,
                draft=_draft,
                name=one.name,
                image=None,
            )
        self._do(agreeing.seal_agreement, self.mediator, "seal", 1, version=_version, draft=_draft)

    # --- how it ended

    def _refused(self) -> None:
        self._do(consenting.refuse, self.desk, "no", 30, participant=self._one(Side.RESPONDENT))

    def _withdrawn(self) -> None:
        self._do(consenting.withdraw, self.desk, "withdraw", 30, version=_version)

    def _failed(self) -> None:
        reason = "几次商谈，双方对赔偿数额差距太大。"
        self._do(ending.fail, self.mediator, "fail", 150, version=_version, reason=reason)

    def _unperformed(self) -> None:
        reason = "到期没有更换地板，联系两次没有回音。"
        self._do(after.leave_unperformed, self.mediator, "unperformed", 24 * 35, version=_version, reason=reason)

    def _performed(self) -> None:
        if self.dispute.about == "support":
            day = localdate(self.at + 5 * DAY)
            self._do(
                after.apply_to_court, self.mediator, "court", 24 * 5, version=_version, court="徐汇区人民法院", on=day
            )
            self._do(
                after.court_answers, self.mediator, "decided", 24 * 9, answer=Court.CONFIRMED,
                on=localdate(self.at + 9 * DAY),
            )  # fmt: skip
        row = fresh(self.procedure).procedure.agreement.performances.all()[0]
        self._do(
            after.performed, self.mediator, "done", 24 * 8, performance=row.pk, on=localdate(self.at + 8 * DAY),
            proof="调解员上门查看，对方确认。",
        )  # fmt: skip
        self._do(after.finish, self.mediator, "finish", 24, version=_version, text="约定事项已经履行，双方满意。")


def _version(mediation: Any) -> int:
    return int(mediation.procedure.version)


def _draft(mediation: Any) -> int:
    return int(mediation.procedure.agreement.draft)


def play(at: datetime, told: Sequence[Dispute] | None = None) -> None:
    """Play every dispute; done twice, each is there once. Each is a transaction of its own."""
    for dispute in disputes() if told is None else told:
        with transaction.atomic():
            Played(dispute, at).play()
