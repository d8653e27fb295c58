"""What is done in a protection file: one verb for each step. Words are sealed, the story keeps codes.

Law: Anti-Domestic Violence Law 5, 13 (help, wishes, privacy), 14 (duty to report), 16–17 (warning, visits).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, Refused
from linli.mediation.domain.protection import COULD_KNOW, shut_out_posts
from linli.mediation.domain.protection_sealed import check_words, write_note
from linli.mediation.enums_protection import MUST_REPORT, About, Danger, Whom
from linli.mediation.models_protection import Protection
from linli.mediation.workflow_protection import handler
from linli.people.actors import Actor
from linli.people.domain.queries import held_at
from linli.people.enums import Role
from linli.people.models import Holding, Post
from linli.procedures.domain.move import Version, first_time, move
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Part
from linli.procedures.models import Assignment, Exclusion, Procedure

CALLS = {"110": _("call to 110"), "station": _("told the police station in person")}


def _step(
    procedure: Procedure, name: str, *, version: Version, by: Actor, at: datetime, action: UUID,
    given: Mapping[str, Any], says: Mapping[str, Any] | None = None, about: str = About.REASON, text: str = "",
    assign: Mapping[Post, Part] | None = None, change: Callable[[], None] = lambda: None, rule: str = "",
) -> Procedure:  # fmt: skip
    """A move whose words are sealed in the same transaction."""
    check_words(text=text)

    def write() -> None:
        write_note(procedure, about, text, post=by.post, at=at)
        change()

    return move(
        procedure, name, version=version, by=by, at=at, action=action, given=given, says=says, assign=assign,
        change=write, rule=rule,
    )  # fmt: skip


def screen(
    *, procedure: Procedure, version: Version, whom: str, danger: str, wishes: str, by: Actor, at: datetime,
    action: UUID,
) -> Procedure:  # fmt: skip
    """The talk in safety, alone with the person: are they safe now, do they decide alone, what do they wish?

    A minor, or somebody without full capacity, suffering or perhaps suffering: the police are told first (art. 14,
    35; Minors 11), and the file cannot go on or be closed before. An adult's wishes are followed (art. 5).

    Raises:
        Invalid: an answer is missing.
    """
    if whom not in Whom.values or danger not in Danger.values:
        raise Invalid(fields={"whom": _("Answer whether the person decides alone.")})
    name, rule = ("screen_duty", "violence.report") if whom in MUST_REPORT else ("screen", "violence.help")

    def change() -> None:
        Protection.objects.filter(pk=procedure.pk).update(whom=whom, danger=danger)

    return _step(
        procedure, name, version=version, by=by, at=at, action=action, given={"whom": whom},
        says={"whom": whom, "danger": danger}, about=About.WISH, text=wishes, change=change, rule=rule,
    )  # fmt: skip


def report_police(
    *, procedure: Procedure, version: Version, call: str, text: str, by: Actor, at: datetime, action: UUID
) -> Procedure:
    """The duty is done: 110 was rung, or the station told. The reporter stays secret (art. 14)."""
    return _step(
        procedure, "report_police", version=version, by=by, at=at, action=action,
        given={"call": call if call in CALLS else ""}, says={"call": call}, about=About.POLICE, text=text,
        rule="violence.report",
    )  # fmt: skip


def note(
    *, procedure: Procedure, version: Version, about: str, text: str, by: Actor, at: datetime, action: UUID
) -> Procedure:
    """Keep what was said or done. The story says only of what kind it was."""
    about = about if about in About.values else About.TALK
    return _step(
        procedure, "note", version=version, by=by, at=at, action=action, given={"text": text}, says={"about": about},
        about=about, text=text,
    )  # fmt: skip


# --- who knows


def hand_on(
    *, procedure: Procedure, version: Version, to: Post | None, why: str, related: bool = False, by: Actor,
    at: datetime, action: UUID,
) -> Procedure:  # fmt: skip
    """Another post takes the file; whoever had it sees it no more.

    related: because the handler is a relative, or too close: then it is closed to them in every post they hold.

    Raises:
        Invalid: the other post must not know of it, or is none that such a file goes to.
        Refused: `related` by somebody who does not handle it.
    """
    _may_know(procedure, to, at)

    def change() -> None:
        if related and by.post is not None:
            shut_out_posts(procedure, [by.post.pk], at)
            _shut_out_account(procedure, by, at)

    return _step(
        procedure, "hand_on", version=version, by=by, at=at, action=action, given={"to": to, "why": why},
        says={"to": to.pk if to else None, "related": related}, text=why,
        assign={to: Part.HANDLER} if to else None, change=change,
    )  # fmt: skip


def _shut_out_account(procedure: Procedure, by: Actor, at: datetime) -> None:
    known = Exclusion.objects.filter(procedure=procedure, account=by.account).exists()
    if by.account is not None and not known:
        Exclusion.objects.create(procedure=procedure, account=by.account, reason="related", since=at)


def bring_in(
    *, procedure: Procedure, version: Version, to: Post | None, why: str, agreed: bool, by: Actor, at: datetime,
    action: UUID,
) -> Procedure:  # fmt: skip
    """Let one more post know: the community police, the secretary, another mediator; only so much is passed on.

    agreed: the person wishes it. Without, only the police, and only where the law asks for the report.

    Raises:
        Invalid: the person did not agree, or the post must not know.
    """
    _may_know(procedure, to, at)
    duty = procedure.protection.whom in MUST_REPORT and to is not None and to.role == Role.POLICE_LIAISON
    if to is not None and not agreed and not duty:
        raise Invalid(fields={"agreed": _("Only with the person's own wish. The law makes no exception here.")})
    return _step(
        procedure, "bring_in", version=version, by=by, at=at, action=action, given={"to": to, "why": why},
        says={"to": to.pk if to else None, "agreed": agreed}, text=why, assign={to: Part.HELPER} if to else None,
    )  # fmt: skip


def let_go(
    *, procedure: Procedure, version: Version, to: Post | None, why: str, by: Actor, at: datetime, action: UUID
) -> Procedure:
    """A post that was brought in is needed no more; from now on it sees nothing."""

    def change() -> None:
        Assignment.objects.filter(procedure=procedure, post=to, part=Part.HELPER).delete()

    return _step(
        procedure, "let_go", version=version, by=by, at=at, action=action, given={"to": to, "why": why},
        says={"to": to.pk if to else None}, text=why, change=change,
    )  # fmt: skip


def shut_out(*, procedure: Procedure, post: Post, by: Actor, at: datetime, action: UUID) -> None:
    """Recusal of a relative: the file is closed to this post and to whoever holds it, in every post of theirs.

    Raises:
        Refused: by somebody else than the handler, or against the handler (who hands it on instead).
    """
    if not handler(by, procedure) or by.post is None or post.pk == by.post.pk:
        raise Refused
    with transaction.atomic():
        if first_time(action, "shut_out", procedure=procedure, by=by, at=at):
            shut_out_posts(procedure, [post.pk], at)
            append_entry(procedure, "shut_out", by=by, at=at, says={"post": post.pk})


def _may_know(procedure: Procedure, to: Post | None, at: datetime) -> None:
    if to is None:
        return
    accounts = Holding.objects.filter(held_at(at), post=to).values("account")
    closed = Exclusion.objects.filter(procedure=procedure, account__in=accounts).exists()
    if closed or to.role not in COULD_KNOW:
        raise Invalid(fields={"to": _("This post cannot take it on. Choose another.")})


# --- the written warning and its visits


def warning(
    *, procedure: Procedure, version: Version, day: date | None, text: str, by: Actor, at: datetime, action: UUID
) -> Procedure:
    """The police sent a written warning (告诫书) and told the committee: committee and station both visit (art. 17)."""
    if day is not None and day > timezone.localdate(at):
        raise Invalid(fields={"day": _("This day has not come yet.")})
    return _step(
        procedure, "warning", version=version, by=by, at=at, action=action, given={"day": day},
        says={"day": day.isoformat() if day else None}, about=About.WARNING, text=text, rule="violence.warning_visit",
    )  # fmt: skip


def visit(
    *, procedure: Procedure, version: Version, text: str, by: Actor, at: datetime, action: UUID
) -> Procedure:  # fmt: skip
    """Somebody was there: the police liaison for the station, anybody else with a part for the committee."""
    name = "visit_police" if by.has_role(Role.POLICE_LIAISON) else "visit"
    return _step(
        procedure, name, version=version, by=by, at=at, action=action, given={"text": text}, about=About.VISIT,
        text=text, rule="violence.warning_visit",
    )  # fmt: skip


def close_file(
    *, procedure: Procedure, version: Version, why: str, by: Actor, at: datetime, action: UUID
) -> Procedure:  # fmt: skip
    """Over: the person is safe, or wishes no more help. What is sealed is deleted ninety days later."""
    return _step(procedure, "close", version=version, by=by, at=at, action=action, given={"why": why}, text=why)
