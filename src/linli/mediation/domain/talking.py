"""What is said in writing: each side to the mediator alone, passed on as it allows; a shared talk while all allow it.

A message is an entry that one party reads, and the posts that conduct the mediation; nobody else. Passing on makes a
new entry for the other side, and only of words whose author allowed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, NotFound, Refused
from linli.core.outbox import tell
from linli.mediation.domain.standing import fresh, is_in, of_side, only_mediator, own_part, side_of, speaks_as, written
from linli.mediation.enums import Offer, Side
from linli.mediation.models import Invitee, Mediation, Participant
from linli.mediation.workflow import conducts
from linli.people.actors import Actor
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import Line, append_entry, story
from linli.procedures.enums import Audience
from linli.procedures.models import Assignment, Entry

SAID, ALLOWED, PASSED, WROTE, TALK = "said", "allowed", "passed_on", "wrote", "talk"


def say(
    *, mediation: Mediation, participant: Participant, text: str, may_pass: bool, by: Actor, at: datetime, action: UUID
) -> None:
    """One party to the mediator alone. may_pass: the mediator may pass these words on to the other side.

    Raises:
        Refused: somebody else than this party, or staff for it.  Conflict: nobody mediates now.
    """
    speaks_as(mediation, participant, by)
    is_in(mediation, "mediating")
    words = written(text, ask=_("Write what you want to say to the mediator."))
    with transaction.atomic():
        if first_time(action, SAID, procedure=mediation.procedure, by=by, at=at):
            append_entry(
                mediation.procedure, SAID, by=by, at=at, says={"text": words, "may_pass": bool(may_pass)},
                audience=Audience.PARTIES, only=participant.party,
            )  # fmt: skip
            posts = Assignment.objects.filter(procedure=mediation.pk, open=True).values_list("post", flat=True)
            tell("mediation.said", mediation.pk, envelope(mediation.procedure, posts), at)


def allow(
    *, mediation: Mediation, participant: Participant, seq: int, allowed: bool, by: Actor, at: datetime, action: UUID
) -> None:
    """A party allows that its words are passed on, or no longer, as long as they were not.

    Raises:
        NotFound: these are not this party's words.  Conflict: they were passed on already.
    """
    speaks_as(mediation, participant, by)
    is_in(mediation, "mediating")
    if not _is_message(seq, participant):
        raise NotFound
    with transaction.atomic():
        _hold(mediation)
        if _passed(_lines(mediation), seq):
            raise Conflict(_("These words were passed on already."))
        if first_time(action, ALLOWED, procedure=mediation.procedure, by=by, at=at):
            append_entry(
                mediation.procedure, ALLOWED, by=by, at=at, says={"of": seq, "may_pass": bool(allowed)},
                audience=Audience.PARTIES, only=participant.party,
            )  # fmt: skip


def pass_on(*, mediation: Mediation, seq: int, by: Actor, at: datetime, action: UUID) -> None:
    """The mediator passes a party's own words on to everybody on the other side, where that party allows it.

    Raises:
        Refused: the party does not allow it, or somebody else than the mediator.  Conflict: it was done already.
    """
    only_mediator(mediation, by)
    is_in(mediation, "mediating")
    entry = Entry.objects.filter(procedure=mediation.pk, seq=seq, kind=SAID).select_related("only__participant").first()
    if entry is None or entry.only is None:
        raise NotFound
    with transaction.atomic():
        if not first_time(action, PASSED, procedure=mediation.procedure, by=by, at=at):
            return
        _hold(mediation)
        lines = _lines(mediation)
        if not may_pass(lines, seq):
            raise Refused(_("Whoever wrote this does not allow it to be passed on."))
        words = next(str((line.says or {}).get("text", "")) for line in lines if line.seq == seq)
        if _passed(lines, seq):
            raise Conflict(_("These words were passed on already."))
        for other in of_side(mediation, Side(entry.only.participant.side).other):
            append_entry(
                mediation.procedure, PASSED, by=by, at=at, says={"of": seq, "text": words}, audience=Audience.PARTIES,
                only=other.party,
            )  # fmt: skip


def write_to(
    *, mediation: Mediation, participant: Participant, text: str, by: Actor, at: datetime, action: UUID
) -> None:
    """The mediator, or the desk before there is one, writes to one party alone."""
    if by.party is not None or not conducts(by, mediation.procedure) or participant.procedure_id != mediation.pk:
        raise Refused
    is_in(mediation, "asking", "choosing", "mediating", "agreed")
    words = written(text)
    with transaction.atomic():
        if first_time(action, WROTE, procedure=mediation.procedure, by=by, at=at):
            append_entry(
                mediation.procedure, WROTE, by=by, at=at, says={"text": words}, audience=Audience.PARTIES,
                only=participant.party,
            )  # fmt: skip


# --- the shared talk


def set_talks(
    *, mediation: Mediation, participant: Participant, allowed: bool, by: Actor, at: datetime, action: UUID
) -> None:
    """A party allows a shared talk, or revokes it: from that moment nobody writes there any more."""
    speaks_as(mediation, participant, by)
    is_in(mediation, "mediating")
    with transaction.atomic():
        if not first_time(action, "set_talks", procedure=mediation.procedure, by=by, at=at):
            return
        _hold(mediation)
        Participant.objects.filter(pk=participant.pk).update(talks=allowed)
        kind = "talk_allowed" if allowed else "talk_revoked"
        append_entry(mediation.procedure, kind, by=by, at=at, audience=Audience.PARTIES, only=participant.party)


def talk_is_open(mediation: Mediation) -> bool:
    """Whether all parties allow the shared talk now."""
    allowed = list(Participant.objects.filter(procedure=mediation.pk).values_list("talks", flat=True))
    return mediation.procedure.state == "mediating" and len(allowed) > 1 and all(allowed)


def talk(*, mediation: Mediation, text: str, by: Actor, at: datetime, action: UUID) -> None:
    """Say something before all parties, while every one of them allows it.

    Raises:
        Conflict: one of them does not, or no longer.
    """
    if own_part(mediation, by) is None:
        only_mediator(mediation, by)
    words = written(text)
    with transaction.atomic():
        if not first_time(action, TALK, procedure=mediation.procedure, by=by, at=at):
            return
        _hold(mediation)
        if not talk_is_open(fresh(mediation.procedure)):
            raise Conflict(_("The shared talk is closed: not everybody allows it. Write to the mediator instead."))
        append_entry(mediation.procedure, TALK, by=by, at=at, says={"text": words}, audience=Audience.PARTIES)


def _hold(mediation: Mediation) -> None:
    """Who speaks or passes on, and who revokes, come one after the other."""
    list(Participant.objects.select_for_update(of=("self",)).filter(procedure=mediation.pk).order_by("pk"))


# --- relatives, neighbours, experts


def invite(
    *, mediation: Mediation, name: str, what: str, by: Actor, at: datetime, action: UUID
) -> None:  # fmt: skip
    """Propose that somebody helps: only with everybody's consent does that person take part (art. 20)."""
    side_of(mediation, by)
    is_in(mediation, "mediating")
    named = written(name, field="name", most=80, ask=_("Write who should help."))
    wanted = written(what, field="what", most=120, ask=_("Write who that is, and what for."))
    with transaction.atomic():
        if first_time(action, "invite", procedure=mediation.procedure, by=by, at=at):
            invitee = Invitee.objects.create(procedure=mediation.procedure, name=named, what=wanted, at=at)
            own = own_part(mediation, by)
            if own is not None:
                invitee.agreed.add(own)
            append_entry(
                mediation.procedure, "invited", by=by, at=at, says={"name": named, "what": wanted},
                audience=Audience.PARTIES,
            )  # fmt: skip


def answer_invitation(
    *, mediation: Mediation, participant: Participant, invitee: int, accept: bool, by: Actor, at: datetime, action: UUID
) -> None:
    """A party agrees that this person helps, or not. One no is enough; with the last yes the person takes part."""
    speaks_as(mediation, participant, by)
    is_in(mediation, "mediating")
    with transaction.atomic():
        found = Invitee.objects.select_for_update(of=("self",)).filter(pk=invitee, procedure=mediation.pk).first()
        if found is None:
            raise NotFound
        if not first_time(action, "answer_invitation", procedure=mediation.procedure, by=by, at=at):
            return
        if found.status != Offer.OPEN:
            raise Conflict(_("This was answered already."))
        if not accept:
            _settle(mediation, found, Offer.DECLINED, by, at)
            return
        found.agreed.add(participant)
        if found.agreed.count() == Participant.objects.filter(procedure=mediation.pk).count():
            _settle(mediation, found, Offer.ACCEPTED, by, at)


def _settle(mediation: Mediation, found: Invitee, status: Offer, by: Actor, at: datetime) -> None:
    """Everybody reads whether the person takes part; who did not want it stays in the file."""
    Invitee.objects.filter(pk=found.pk).update(status=status)
    append_entry(mediation.procedure, f"invitation_{status}", by=by, at=at, says={"name": found.name},
                 audience=Audience.PARTIES)  # fmt: skip


# --- reading


@dataclass(frozen=True)
class Message:
    """Words between one party and the mediator, as that party or the mediator reads them."""

    seq: int
    at: datetime
    kind: str
    text: str
    mine: bool
    may_pass: bool
    passed: bool


def _lines(mediation: Mediation) -> list[Line]:
    return story(mediation.procedure, [Audience.PARTIES, Audience.STAFF])


def _is_message(seq: int, participant: Participant) -> bool:
    """Whether these are words that this party wrote to the mediator."""
    return Entry.objects.filter(
        procedure=participant.procedure_id, seq=seq, kind=SAID, only=participant.pk
    ).exists()  # fmt: skip


def may_pass(lines: Sequence[Line], seq: int) -> bool:
    """What the author said last of passing these words on."""
    answer = False
    for line in lines:
        says: Mapping[str, Any] = line.says or {}
        if (line.kind == SAID and line.seq == seq) or (line.kind == ALLOWED and says.get("of") == seq):
            answer = bool(says.get("may_pass"))
    return answer


def _passed(lines: Sequence[Line], seq: int) -> bool:
    return any(line.kind == PASSED and (line.says or {}).get("of") == seq for line in lines)


def messages(lines: Sequence[Line], *, all_lines: Sequence[Line] | None = None) -> list[Message]:
    """The written caucus out of the lines that somebody may read, the oldest first.

    all_lines: where it is known whether words were passed on, for their author.
    """
    whole = all_lines or lines
    return [
        Message(
            seq=line.seq, at=line.at, kind=line.kind, text=str((line.says or {}).get("text", "")),
            mine=line.kind == SAID, may_pass=line.kind == SAID and may_pass(whole, line.seq),
            passed=line.kind == SAID and _passed(whole, line.seq),
        )
        for line in lines
        if line.kind in (SAID, PASSED, WROTE)
    ]  # fmt: skip


def thread(mediation: Mediation, participant: Participant) -> list[Message]:
    """What this party and the mediator wrote to each other, and what was passed on to it."""
    own = story(mediation.procedure, [Audience.PARTIES], party=participant.party)
    mine = [line for line in own if line.kind in (SAID, PASSED, WROTE)]
    return messages(mine, all_lines=_lines(mediation))
