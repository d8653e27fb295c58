"""Asking somebody outside: the reporter, who may know what is missing, and a third party by a link of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from django.utils.translation import gettext_lazy as _

from linli.cases.domain.handling import attach_work, fresh
from linli.cases.domain.report import claim_code, claim_hash
from linli.cases.models import Case
from linli.core.errors import Conflict, NotFound
from linli.core.sealed import seal
from linli.people.actors import Actor
from linli.procedures.domain.move import Version, move
from linli.procedures.domain.parties import CONTACT_FIELD
from linli.procedures.domain.story import Line, last_of_kind, story
from linli.procedures.enums import Audience, ClockState, PartyKind
from linli.procedures.models import Clock, Party
from linli.procedures.numbers import read_number

GUEST_DAYS = 30  # for which a link opens the way in


def ask_reporter(*, case: Case, version: Version, question: str, by: Actor, at: datetime, action: UUID) -> Case:
    """Ask the reporter what only they know. The clocks stand still until they answer, for some days at most."""
    move(
        case.procedure, "ask", version=version, by=by, at=at, action=action, given={"question": question},
        says={"text": question.strip()}, change=lambda: _set_asked(case, at),
    )  # fmt: skip
    return fresh(case)


def reply_to_question(*, case: Case, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Case:
    """The reporter answers, or the desk writes down what they said on the phone. The clocks go on."""
    move(
        case.procedure, "reply", version=version, by=by, at=at, action=action, given={"text": text},
        says={"text": text.strip()}, change=lambda: _set_asked(case, None),
    )  # fmt: skip
    return fresh(case)


def open_question(case: Case) -> str:
    """What the reporter is asked; nothing while no question is open. One statement."""
    if case.asked_at is None:
        return ""
    last = last_of_kind(case.procedure, "ask")
    return str((last.says or {}).get("text", "")) if last else ""


def _set_asked(case: Case, at: datetime | None) -> None:
    Case.objects.filter(pk=case.pk).update(asked_at=at)


def go_on_without_reply(*, by: Actor, at: datetime) -> int:
    """Let the clocks go on in every case whose reporter did not answer in time. Returns in how many."""
    late = Clock.objects.filter(rule="case.reply", state=ClockState.RUNNING, due__lte=at, procedure__kind="case")
    gone_on = 0
    for clock in late.select_related("procedure__case"):
        try:
            _go_on(clock.procedure.case, by, at)
        except Conflict:  # the answer came in this moment
            continue
        gone_on += 1
    return gone_on


def _go_on(case: Case, by: Actor, at: datetime) -> None:
    procedure = case.procedure
    move(
        procedure, "no_reply", version=procedure.version, by=by, at=at, action=uuid4(),
        change=lambda: _set_asked(case, None),
    )  # fmt: skip


@dataclass(frozen=True)
class Invited:
    """A third party, and the code that opens what they need to know."""

    party: Party
    code: str


def invite_guest(
    *, case: Case, version: Version, text: str, contact: str = "", by: Actor, at: datetime, action: UUID
) -> Invited:
    """Ask somebody who has no account, such as a gas company's fitter, to do something and say so.

    They get a link that shows the class, the place and this text, and nothing else of the case. A second call with
    the same action gives the same link.
    """
    code = claim_code(action)
    party = Party(uuid=uuid5(action, "guest"), procedure=case.procedure, kind=PartyKind.THIRD_PARTY)
    party.claim_hash = claim_hash(case.procedure.number, code)
    if contact.strip():
        party.contact_sealed = seal(contact.strip(), row=party.uuid, field=CONTACT_FIELD)
    move(
        case.procedure, "invite", version=version, by=by, at=at, action=action, given={"text": text},
        says={"text": text.strip(), "guest": str(party.uuid)}, change=lambda: party.save(force_insert=True),
    )  # fmt: skip
    return Invited(party, code)


@dataclass(frozen=True)
class GuestView:
    """What a third party sees: the case's class and place, what they are asked, and what they wrote themselves."""

    case: Case
    party: Party
    asked: str
    said: Sequence[Line]


def guest_view(*, number: str, code: str, at: datetime) -> GuestView:
    """The third party's page.

    Raises:
        NotFound: there is no such link, or it is old, or the case is closed; they are not told apart.
    """
    typed = read_number(number)
    party = (
        Party.objects.filter(
            kind=PartyKind.THIRD_PARTY, procedure__kind="case", procedure__number=typed, procedure__closed=None,
            claim_hash=claim_hash(typed, code),
        )
        .select_related("procedure__case__klass", "procedure__place")
        .first()
        if typed
        else None
    )  # fmt: skip
    if party is None:
        raise NotFound(_("This link leads nowhere. Ask whoever gave it to you for a new one."))
    lines = story(party.procedure, (Audience.PARTIES, Audience.STAFF))
    mine = [line for line in lines if line.actor == f"party:{party.uuid}"]
    asked = next(
        (line for line in lines if line.kind == "invite" and (line.says or {}).get("guest") == str(party.uuid)), None
    )
    if asked is None or at > asked.at + timedelta(days=GUEST_DAYS):
        raise NotFound(_("This link leads nowhere. Ask whoever gave it to you for a new one."))
    return GuestView(party.procedure.case, party, str((asked.says or {}).get("text", "")), mine)


def guest_done(*, case: Case, party: Party, text: str, photos: Sequence[UUID] = (), at: datetime, action: UUID) -> None:
    """The third party says what they did; whoever handles the case reads it. They see no version: it is the newest."""
    by = Actor(party=str(party.uuid))
    move(
        case.procedure, "guest_done", version=case.procedure.version, by=by, at=at, action=action,
        given={"text": text}, says={"text": text.strip(), "photos": [str(photo) for photo in photos]},
        change=lambda: attach_work(case, photos),
    )  # fmt: skip
