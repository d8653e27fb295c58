"""More time, the answer with all that the regulation asks of it, an agreement instead, and how it reaches people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.core.errors import Conflict, Invalid
from linli.people.actors import Actor
from linli.petitions.domain.handling import done_as, set_on, step
from linli.petitions.domain.letters import delivered, write_letter
from linli.petitions.domain.posts import head_of
from linli.petitions.enums import OUTCOMES, LetterForm, Outcome, PetitionClass
from linli.petitions.models import Petition
from linli.procedures.domain.move import Version
from linli.procedures.domain.story import last_of_kind
from linli.procedures.enums import Part

HANDLE = "petition.handle"
LONGEST = 4000
CONTENTS = ("asked", "facts", "opinion", "basis")  # of an opinion letter (art. 32)


# --- more time


def most_more(petition: Petition) -> int:
    """By how many days the time to handle may be extended: 30 once, then none (art. 34)."""
    clock = petition.procedure.clocks.filter(rule=HANDLE).order_by("-start").first()
    if clock is None or petition.extended:
        return 0
    return int(lawbook.rule(HANDLE, on=timezone.localdate(clock.start)).params["extension"])


def ask_extension(
    *, petition: Petition, version: Version, amount: int, reason: str, by: Actor, at: datetime, action: UUID
) -> Petition:
    """The handler asks the head of the organ for more days."""
    _check_more(petition, amount, action)
    assert by.post is not None
    return step(
        petition, "ask_extension", version=version, because=reason, given={"amount": amount}, says={"amount": amount},
        assign={head_of(petition.procedure, by.post, at): Part.APPROVER}, by=by, at=at, action=action,
    )  # fmt: skip


def asked_for(petition: Petition) -> tuple[int, str]:
    """How many days were asked for last, and why; (0, "") where none were. One statement."""
    last = last_of_kind(petition.procedure, "ask_extension")
    says = (last.says or {}) if last else {}
    return int(says.get("amount", 0)), str(says.get("because", ""))


def extend(
    *, petition: Petition, version: Version, amount: int, reason: str, by: Actor, at: datetime, action: UUID
) -> Petition:
    """The head of the organ grants it, once; the petitioner is told the reason.

    Raises:
        Invalid: more than 30 days, a second time, or no reason.
    """
    _check_more(petition, amount, action)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Write the reason: the petitioner reads it.")})

    def change() -> None:
        set_on(petition, extended=True)
        clock = petition.procedure.clocks.get(rule=HANDLE, state="running")
        content = {"amount": amount, "reason": reason.strip(), "due": clock.due.isoformat() if clock.due else ""}
        write_letter(petition, LetterForm.EXTENSION, content, by=by, at=at, action=action)

    return step(
        petition, "extend", version=version, because=reason, given={"amount": amount}, says={"amount": amount},
        by=by, at=at, action=action, change=change,
    )  # fmt: skip


def refuse_extension(
    *, petition: Petition, version: Version, reason: str, by: Actor, at: datetime, action: UUID
) -> Petition:
    return step(petition, "refuse_extension", version=version, because=reason, by=by, at=at, action=action)


def _check_more(petition: Petition, amount: int, action: UUID) -> None:
    if done_as(action):  # a doubled submit, which does the same once
        return
    most = most_more(petition)
    if most == 0:
        raise Invalid(fields={"amount": _("The time was extended once already; it cannot be extended again.")})
    if not 0 < amount <= most:
        raise Invalid(fields={"amount": _("Write a number from 1 to {most}.").format(most=most)})


# --- the answer


def answer(
    *, petition: Petition, version: Version, asked: str, facts: str, opinion: str, basis: str, outcome: str, by: Actor,
    at: datetime, action: UUID,
) -> Petition:  # fmt: skip
    """Answer a request by an opinion letter: what was asked, facts and reasons, the opinion, its legal basis (art. 32).

    Raises:
        MissingEvidence, Invalid: one of these lacks, or is too long, or the outcome is none of the three.
    """
    contents = {"asked": asked, "facts": facts, "opinion": opinion, "basis": basis}
    check_contents(contents)
    _check_outcome(petition, outcome)

    def change() -> None:
        set_on(petition, outcome=outcome)
        write_letter(petition, LetterForm.OPINION, {**contents, "outcome": outcome}, by=by, at=at, action=action)

    return step(
        petition, "answer", version=version, given={**contents, "outcome": outcome}, says={"outcome": outcome},
        by=by, at=at, action=action, change=change,
    )  # fmt: skip


def check_contents(contents: Mapping[str, str]) -> None:
    """What an opinion letter must say.

    Raises:
        Invalid: one part is empty or longer than 4,000 characters; `fields` says which.
    """
    wrong: dict[str, Any] = {name: NEEDED[name] for name, said in contents.items() if not said.strip()}
    wrong |= {name: _("Write at most 4,000 characters.") for name, said in contents.items() if len(said) > LONGEST}
    if wrong:
        raise Invalid(fields=wrong)


NEEDED = {
    "asked": _("Write what the petitioner asks for."),
    "facts": _("Write what was found, and the reasons."),
    "opinion": _("Write the opinion."),
    "basis": _("Name the law, regulation or policy that it rests on, with its article."),
}


def _check_outcome(petition: Petition, outcome: str) -> None:
    if outcome not in OUTCOMES[petition.klass]:
        raise Invalid(fields={"outcome": _("Choose what comes of it.")})


def reply(
    *, petition: Petition, version: Version, text: str, outcome: str, by: Actor, at: datetime, action: UUID
) -> Petition:
    """Answer a suggestion, adopted or not (art. 29), or tell an informant what was found, as far as one may."""
    _check_outcome(petition, outcome)
    if len(text) > LONGEST:
        raise Invalid(fields={"text": _("Write at most 4,000 characters.")})

    def change() -> None:
        set_on(petition, outcome=outcome)
        content = {"text": text.strip(), "outcome": outcome, "class": petition.klass}
        write_letter(petition, LetterForm.REPLY, content, by=by, at=at, action=action)

    return step(
        petition, "reply", version=version, given={"text": text, "outcome": outcome}, says={"outcome": outcome}, by=by,
        at=at, action=action, change=change,
    )  # fmt: skip


def settle(*, petition: Petition, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Petition:
    """Both sides agreed, of their own will and in writing (art. 33): the agreement ends it."""
    if petition.klass != PetitionClass.REQUEST:
        raise Conflict
    if len(text) > LONGEST:
        raise Invalid(fields={"text": _("Write at most 4,000 characters.")})

    def change() -> None:
        write_letter(petition, LetterForm.SETTLEMENT, {"text": text.strip()}, by=by, at=at, action=action)

    return step(
        petition, "settle", version=version, given={"text": text}, by=by, at=at, action=action, change=change
    )  # fmt: skip


# --- it reaches the petitioner


def deliver(*, petition: Petition, version: Version, by: Actor, at: datetime, action: UUID) -> Petition:
    """The opinion letter reached the petitioner. From then on they have 30 days to ask for a review."""
    name = "deliver_supported" if petition.outcome == Outcome.SUPPORT else "deliver"

    def change() -> None:
        delivered(petition, (LetterForm.OPINION,), at)

    return step(petition, name, version=version, by=by, at=at, action=action, change=change)


def carried_out(*, petition: Petition, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Petition:
    """What was supported is done (art. 32). text: what was done, which the petitioner reads."""
    return step(
        petition, "carried_out", version=version, given={"text": text}, says={"text": text.strip()}, by=by, at=at,
        action=action,
    )  # fmt: skip
