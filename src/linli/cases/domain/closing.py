"""From the work shown to the answer given: verify or send back, close, rate, reopen, void; and what the public sees."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli import lawbook
from linli.cases.domain.handling import attach_work, fresh
from linli.cases.domain.routing import day_of, desk_post
from linli.cases.enums import Publicity, Satisfaction
from linli.cases.models import Case
from linli.cases.workflow import is_desk
from linli.core import files
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.outbox import tell
from linli.people.actors import Actor
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.move import Version, move
from linli.procedures.domain.story import append_entry, last_of_kind
from linli.procedures.enums import Audience, Part, PartyKind


def verify_case(
    *,
    case: Case,
    version: Version,
    note: str = "",
    photos: Sequence[UUID] = (),
    by: Actor,
    at: datetime,
    action: UUID,
) -> Case:
    """Somebody else than the handler has looked, and it is done.

    Raises:
        Refused: the same post or person handed it in.
    """
    desk = desk_post(case.procedure.place_path, at)
    move(
        case.procedure, "verify", version=version, by=by, at=at, action=action,
        says={"text": note.strip(), "photos": [str(photo) for photo in photos]},
        assign={desk: Part.DESK}, change=lambda: attach_work(case, photos),
    )  # fmt: skip
    return fresh(case)


def rework_case(
    *, case: Case, version: Version, reason: str, photos: Sequence[UUID] = (), by: Actor, at: datetime, action: UUID
) -> Case:
    """It is not done: the same handler has it again, under the same number, and it is counted."""

    def count() -> None:
        Case.objects.filter(pk=case.pk).update(reworks=F("reworks") + 1)
        attach_work(case, photos)

    move(
        case.procedure, "rework", version=version, by=by, at=at, action=action, because=reason,
        says={"photos": [str(photo) for photo in photos]}, change=count,
    )  # fmt: skip
    return fresh(case)


def proposed_answer(case: Case) -> str:
    """An answer to begin from: what the handler said was done, in words to the reporter. One statement."""
    last = last_of_kind(case.procedure, "hand_in")
    done = str((last.says or {}).get("text", "")).strip() if last else ""
    return _("We have dealt with what you reported: {done}").format(done=done) if done else ""


def close_case(*, case: Case, version: Version, answer: str, by: Actor, at: datetime, action: UUID) -> Case:
    """Answer the reporter and close. The reporter reads the answer, and sees the photographs of the work."""

    def keep() -> None:
        Case.objects.filter(pk=case.pk).update(answer=answer.strip(), supervised_at=None)
        if not case.released:
            files.readdress(case.pk, audience=Audience.PARTIES)  # the reporter sees the work that was done

    move(
        case.procedure, "close", version=version, by=by, at=at, action=action, given={"answer": answer},
        says={"answer": answer.strip()}, change=keep,
    )  # fmt: skip
    return fresh(case)


def void_case(*, case: Case, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Case:
    """It is no case for us. The reporter reads the reason, and where to go instead."""

    def keep() -> None:
        Case.objects.filter(pk=case.pk).update(answer=reason.strip(), asked_at=None, supervised_at=None)

    move(case.procedure, "void", version=version, by=by, at=at, action=action, because=reason, change=keep)
    return fresh(case)


def reopen_until(case: Case) -> datetime | None:
    """Until when the reporter may have a closed case taken up again; none while it is not closed.

    What was joined with another case is closed when that one is.
    """
    closing = case.merged_into.procedure if case.merged_into else case.procedure
    closed = closing.closed
    if closed is None or closing.state != "closed":
        return None
    return closed + timedelta(days=lawbook.rule("case.reopen", on=day_of(closed)).limit.amount)


def reopen_case(*, case: Case, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Case:
    """The reporter is not content: the desk has it again, with the reason.

    Raises:
        Conflict: the days in which this can be asked are over.
    """
    until = reopen_until(case)
    if by.party is not None and until is None and case.merged_into is not None:
        raise Conflict(_("What it was joined with is still being dealt with. You are told when it is finished."))
    if until is not None and at >= until:
        raise Conflict(_("The days in which this report can be reopened are over. Please report it anew."))

    def count() -> None:
        Case.objects.filter(pk=case.pk).update(
            reopened=F("reopened") + 1, satisfaction=None, rated_at=None, merged_into=None, hops=0
        )

    desk = desk_post(case.procedure.place_path, at)
    move(
        case.procedure, "reopen", version=version, by=by, at=at, action=action, because=reason,
        assign={desk: Part.DESK}, change=count,
    )  # fmt: skip
    return fresh(case)


def rate_case(*, case: Case, grade: Satisfaction, words: str = "", by: Actor, at: datetime) -> Case:
    """The reporter says how content they are, once for each closing.

    Raises:
        Refused: somebody else than the reporter.
        Conflict: it is not closed, or was rated already.
    """
    if by.party is None or not case.procedure.parties.filter(pk=by.party, kind=PartyKind.REPORTER).exists():
        raise Refused
    answered = Q(procedure__state="closed") | Q(merged_into__procedure__state="closed")
    with transaction.atomic():
        taken = Case.objects.filter(answered, pk=case.pk, satisfaction=None).update(satisfaction=grade, rated_at=at)
        if not taken:
            raise Conflict(_("This report was rated already, or it is not finished yet."))
        append_entry(
            case.procedure, "rated", by=by, at=at, says={"grade": int(grade), "text": words.strip()},
            audience=Audience.PARTIES,
        )  # fmt: skip
        tell("case.rated", case.pk, {**envelope(case.procedure, []), "grade": int(grade)}, at)
    return fresh(case)


def support_case(*, case: Case, by: Actor, at: datetime) -> None:
    """'This one too': somebody else saw the same. Only the number is kept.

    Raises:
        Conflict: it is closed already.
    """
    with transaction.atomic():
        if not Case.objects.filter(pk=case.pk, procedure__closed=None).update(supporters=F("supporters") + 1):
            raise Conflict(_("This report is closed already. Please report it anew."))
        append_entry(case.procedure, "supported", by=by, at=at, audience=Audience.PARTIES)


def release_case(*, case: Case, released: bool, by: Actor, at: datetime) -> Case:
    """Let the public read text and photographs, or take that back. Where it stands so already nothing happens.

    Raises:
        Refused: this post is not the case's desk.
        Invalid: it is sealed, or of a class of which the public sees no single case.
    """
    if not is_desk(by, case.procedure):
        raise Refused
    if released and not may_be_public(case):
        raise Invalid(_("The public sees no single case of this class."))
    with transaction.atomic():
        if Case.objects.filter(pk=case.pk, released=not released).update(released=released):
            append_entry(case.procedure, "released" if released else "withdrawn", by=by, at=at)
            files.readdress(case.pk, audience=Audience.PUBLIC if released else Audience.PARTIES)
    return fresh(case)


def may_be_public(case: Case) -> bool:
    """Whether the public sees single cases of this class at all."""
    return not case.procedure.sealed and case.klass is not None and case.klass.publicity == Publicity.PUBLIC
