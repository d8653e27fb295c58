"""A mediation between two neighbours over noise at night, in any state, brought there by the verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest

from linli.mediation.domain import agreeing, choosing, consenting, opening
from linli.mediation.domain.standing import fresh
from linli.mediation.enums import Channel, Side, Told
from linli.mediation.models import Mediation, Participant
from linli.people.actors import Actor
from linli.procedures.models import Procedure
from tests.neighbourhood import Street

SAFE = {"violence": False, "fear": False, "control": False, "minors": False}


@dataclass
class Dispute:
    """A mediation, and who does something in it; each verb is called with what it always needs."""

    street: Street
    key: Any
    code: str
    now: datetime

    @property
    def it(self) -> Mediation:
        return fresh(self.key)

    @property
    def procedure(self) -> Procedure:
        return self.it.procedure

    def one(self, side: Side) -> Participant:
        found = Participant.objects.filter(procedure=self.key, side=side).select_related("party")
        return found.order_by("party").first()

    @property
    def applicant(self) -> Participant:
        return self.one(Side.APPLICANT)

    @property
    def respondent(self) -> Participant:
        return self.one(Side.RESPONDENT)

    def by(self, who: str) -> Actor:
        if who in ("applicant", "respondent"):
            return Actor(party=str(self.one(Side(who)).pk))
        return self.street.by({"desk": "committee_secretary"}.get(who, who))

    def do(self, verb: Callable, who: str, **given: Any) -> Any:
        """Call a verb on the mediation as it stands, by this person."""
        return verb(mediation=self.it, by=self.by(who), at=given.pop("at", self.now), action=uuid4(), **given)

    def move(self, verb: Callable, who: str, **given: Any) -> Any:
        return self.do(verb, who, version=self.procedure.version, **given)

    def bring(self, state: str) -> "Dispute":
        for reached, act in STEPS.items():
            if self.procedure.state == state:
                break
            act(self)
            assert self.procedure.state == reached
        return self


def ask(dispute: Dispute) -> None:
    dispute.move(consenting.ask_other_side, "desk", text="Noise after ten at night.")


def consent(dispute: Dispute) -> None:
    dispute.do(consenting.say_yes, "respondent", participant=dispute.respondent, told=Told.WRITTEN)


def appoint(dispute: Dispute) -> None:
    post = dispute.street.posts["mediator"]
    dispute.move(choosing.propose, "applicant", post=post)
    proposal = dispute.it.procedure.proposals.get()
    dispute.move(choosing.answer_proposal, "respondent", proposal=proposal.pk, accept=True)


def promise(dispute: Dispute, due: date = date(2026, 12, 20)) -> agreeing.Promise:
    return agreeing.Promise(dispute.respondent, "lays a carpet in the bedroom", "at his own cost", due)


def lay_out(dispute: Dispute) -> int:
    dispute.do(
        agreeing.write_agreement, "mediator", facts="Steps are heard at night.", issues="The floor is bare.",
        content="A carpet is laid; no washing after ten.", promises=[promise(dispute)],
    )  # fmt: skip
    return dispute.it.procedure.agreement.draft


def sign_both(dispute: Dispute, draft: int) -> None:
    for who in ("applicant", "respondent"):
        one = dispute.one(Side(who))
        dispute.do(agreeing.sign, who, participant=one, draft=draft, name=one.name, image=None)


def agree(dispute: Dispute) -> None:
    draft = lay_out(dispute)
    sign_both(dispute, draft)
    dispute.move(agreeing.seal_agreement, "mediator", draft=draft)


STEPS = {"asking": ask, "choosing": consent, "mediating": appoint, "agreed": agree}


@pytest.fixture
def applied(street) -> Callable[..., Dispute]:
    """A function that asks for a mediation, as the applicant does on the page."""

    def make(**changes: Any) -> Dispute:
        given = {
            "about": "noise", "channel": Channel.PAGE, "matter": "Upstairs walks in shoes until one at night.",
            "wish": "Quiet from ten on.", "screen": SAFE, "applicant": opening.Person("陈美华", "13800000001"),
            "respondents": [opening.Person("王建国", "13800000002")], "place": street.places["building"],
            "told": Told.WRITTEN, "by": None, "at": street.now, "action": uuid4(), **changes,
        }  # fmt: skip
        made = opening.apply_for_mediation(**given)
        return Dispute(street, made.mediation.pk, made.code, street.now)

    return make


@pytest.fixture
def dispute_in(applied) -> Callable[..., Dispute]:
    """A function that brings a fresh dispute into a state by the moves that lead there."""
    return lambda state, **changes: applied(**changes).bring(state)
