"""What happens to a hazard after it was found: notice, put right, the second look, passing on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, Refused
from linli.core.signatures import Signature, keep
from linli.engines.clocks import due
from linli.hazards.domain.opening import covers
from linli.hazards.enums import Answers, Handed
from linli.hazards.models import Hazard, Notice
from linli.hazards.workflow import FOUND, RECTIFY
from linli.people.actors import Actor
from linli.people.domain.directory import directory
from linli.people.enums import Role
from linli.people.models import Post
from linli.procedures.domain.late import as_it_happened
from linli.procedures.domain.limits import calendar, limit_for
from linli.procedures.domain.move import Version, move, version_after
from linli.procedures.enums import ClockState, Part
from linli.procedures.models import Clock, Entry, Procedure

LONGEST = 30  # days that a notice may give
TEXT_MOST = 2000
NAME_MOST = 80
MOST_EXTENSION = 15


@dataclass(frozen=True)
class Demand:
    """What a notice says: what is to be put right, by whom, within how many days, and how it was handed over."""

    demand: str
    answers: str
    answers_name: str
    days: int
    handed: str
    signature: Signature = field(default_factory=Signature)

    def check(self) -> None:
        wrong: dict[str, Any] = {}
        if not 1 <= self.days <= LONGEST:
            wrong["days"] = _("Write a number of days from 1 to 30.")
        if not self.demand.strip() or len(self.demand) > TEXT_MOST:
            wrong["demand"] = _("Write what is to be put right, in at most 2,000 characters.")
        if self.answers not in Answers.values:
            wrong["answers"] = _("Choose who answers for it.")
        if not self.answers_name.strip() or len(self.answers_name) > NAME_MOST:
            wrong["answers_name"] = _("Write which shop, unit or company, in at most 80 characters.")
        if self.handed not in Handed.values:
            wrong["handed"] = _("Choose how it was handed over.")
        if self.handed == Handed.SIGNED and not self.signature:
            wrong["signature"] = _("Sign on the glass with a finger, or type the full name.")
        if wrong:
            raise Invalid(fields=wrong)


def serve_notice(
    *, hazard: Hazard, version: Version, demand: Demand, by: Actor, at: datetime, action: UUID, name: str = ""
) -> Hazard:  # fmt: skip
    """Hand over the first notice, or the next one after it was not put right. The clock runs from now.

    name: `serve` or `serve_again` as the form said, so that one that arrives twice is known again; else by the state.

    Raises:
        Invalid: the notice lacks something.  Refused, Conflict: as every move.
    """
    demand.check()
    name = name or ("serve_again" if hazard.procedure.state == "unresolved" else "serve")
    given = {"demand": demand.demand, "answers": demand.answers, "days": demand.days, "handed": demand.handed}
    with transaction.atomic():
        # The limit of the clock is the notice's own, so it stands in the row before the clock starts.
        shown = version_after(version, hazard.procedure)
        Hazard.objects.filter(pk=hazard.pk, procedure__version=shown).update(days=demand.days)
        moved = move(
            hazard.procedure, name, version=version, by=by, at=at, action=action, given=given,
            says={**given, "to": demand.answers_name, "signed": demand.signature.name},
            assign={_follows(hazard, demand.answers, by, at): Part.HANDLER},
            change=lambda: _write_notice(hazard, demand, by, at),
        )  # fmt: skip
    return _after(moved)


def _write_notice(hazard: Hazard, demand: Demand, by: Actor, at: datetime) -> None:
    assert by.post is not None
    assert by.account is not None
    number = Notice.objects.filter(procedure=hazard.pk).count() + 1
    drawn = keep(demand.signature, procedure=hazard.pk, at=at)
    Notice.objects.create(
        procedure_id=hazard.pk, number=number, answers=demand.answers, answers_name=demand.answers_name.strip(),
        found=hazard.text, demand=demand.demand.strip(), until=_until(hazard, at), served_at=at, handed=demand.handed,
        signed_name=demand.signature.name, signature=drawn.uuid if drawn else None, post=by.post, account=by.account,
    )  # fmt: skip
    Hazard.objects.filter(pk=hazard.pk).update(
        notices=number, answers=demand.answers, answers_name=demand.answers_name.strip(), demand=demand.demand.strip()
    )


def _until(hazard: Hazard, at: datetime) -> datetime:
    procedure = Procedure.objects.select_related("hazard").get(pk=hazard.pk)
    ends = due(limit_for(RECTIFY, procedure, at).limit, at, calendar()).at
    assert ends is not None
    return ends


def _follows(hazard: Hazard, answers: str, by: Actor, at: datetime) -> Post:
    """Whose turn it is while it is being put right: the manager's where it answers, or else whoever served."""
    if answers == Answers.MANAGER:
        for post in directory().above(Role.PROPERTY_MANAGER, hazard.procedure.place_path):
            return directory().acting(post, at)
    if by.post is None:
        raise Refused
    return by.post


def secure_hazard(*, hazard: Hazard, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Hazard:
    """Measures against imminent danger were taken at once: 119 called, gas shut off, people led out.

    The notice follows; its own time runs from now.
    """
    _short(text, "text")
    return _after(
        move(
            hazard.procedure, "secure", version=version, by=by, at=at, action=action, given={"text": text},
            says={"text": text.strip()},
            change=lambda: _set(hazard, secured_at=at),
        )
    )  # fmt: skip


def claim_right(*, hazard: Hazard, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Hazard:
    """Whoever answers for it says that it is put right. Somebody else looks."""
    _short(text, "text")
    return _after(
        move(
            hazard.procedure, "claim", version=version, by=by, at=at, action=action, given={"text": text},
            says={"text": text.strip()}, assign={another_post(hazard.procedure, by, at): Part.VERIFIER},
        )
    )  # fmt: skip


def confirm_right(
    *, hazard: Hazard, version: Version, text: str, answer: str, by: Actor, at: datetime, action: UUID
) -> Hazard:
    """The second look: it is put right. answer: what whoever pointed it out reads.

    Raises:
        Refused: who found it, served a notice or did the work.
    """
    _short(text, "text")
    _short(answer, "answer")
    return _after(
        move(
            hazard.procedure, "confirm", version=version, by=by, at=at, action=action,
            given={"text": text, "answer": answer}, says={"text": text.strip(), "answer": answer.strip()},
            change=lambda: _set(hazard, answer=answer.strip()),
        )
    )  # fmt: skip


def not_right(*, hazard: Hazard, version: Version, reason: str, by: Actor, at: datetime, action: UUID) -> Hazard:
    """The second look: it is not put right. A notice again, or up to who enforces."""
    _short(reason, "reason")
    return _after(
        move(hazard.procedure, "not_right", version=version, by=by, at=at, action=action, because=reason.strip())
    )


def give_more_time(
    *, hazard: Hazard, version: Version, days: int, reason: str, by: Actor, at: datetime, action: UUID
) -> Hazard:
    """Some more days, once, for a reason; the clock shows it."""
    if not 1 <= days <= MOST_EXTENSION:
        raise Invalid(fields={"days": _("Write a number of days from 1 to 15.")})
    if hazard.procedure.clocks.filter(rule=RECTIFY, state=ClockState.RUNNING, extension__gt=0).exists():
        raise Invalid(fields={"days": _("More time was given once already. Serve a notice again, or pass it on.")})
    return _after(
        move(
            hazard.procedure, "more_time", version=version, by=by, at=at, action=action, because=reason.strip(),
            given={"amount": days}, says={"days": days},
        )
    )  # fmt: skip


def pass_on(
    *, hazard: Hazard, version: Version, to: Post, reason: str, by: Actor, at: datetime, action: UUID
) -> Hazard:  # fmt: skip
    """Up to the fire service or the department that enforces.

    Raises:
        Invalid: `to` is no department's post for this place.
    """
    if to.pk not in {post.pk for post in departments(hazard.procedure)}:
        raise Invalid(fields={"to": _("Choose a department.")})
    return _after(
        move(
            hazard.procedure, "escalate", version=version, by=by, at=at, action=action, because=reason.strip(),
            says={"to": to.pk}, assign={to: Part.HANDLER},
        )
    )  # fmt: skip


def department_acted(*, hazard: Hazard, version: Version, text: str, by: Actor, at: datetime, action: UUID) -> Hazard:
    """The department says what it did. Somebody else looks."""
    _short(text, "text")
    return _after(
        move(
            hazard.procedure, "act", version=version, by=by, at=at, action=action, given={"text": text},
            says={"text": text.strip()}, assign={another_post(hazard.procedure, by, at): Part.VERIFIER},
        )
    )  # fmt: skip


def no_hazard(
    *, hazard: Hazard, version: Version, reason: str, answer: str, by: Actor, at: datetime, action: UUID
) -> Hazard:
    """Looked at: there is none. answer: what whoever pointed it out reads."""
    return _after(
        move(
            hazard.procedure, "no_hazard", version=version, by=by, at=at, action=action, because=reason.strip(),
            given={"answer": answer}, says={"answer": answer.strip()},
            change=lambda: _set(hazard, answer=answer.strip()),
        )
    )  # fmt: skip


VERBS: Mapping[str, Callable[..., Hazard]] = {
    "serve": partial(serve_notice, name="serve"), "serve_again": partial(serve_notice, name="serve_again"),
    "secure": secure_hazard, "claim": claim_right,
    "confirm": confirm_right, "not_right": not_right, "more_time": give_more_time, "escalate": pass_on,
    "act": department_acted, "no_hazard": no_hazard,
}  # fmt: skip


def step_as_it_happened(
    name: str, *, hazard: Hazard, by: Actor, at: datetime, now: datetime, action: UUID, **given: Any
) -> Hazard:
    """A step that happened at `at` without signal and arrives `now`. Both stand in the story; it happens once.

    Where a notice arrives late, its clock runs from now, and the notice says the same day.
    """
    with transaction.atomic():
        done: Hazard = as_it_happened(VERBS[name], hazard=hazard, by=by, at=at, now=now, action=action, **given)
        if at < now and name in ("serve", "serve_again"):
            running = Clock.objects.filter(procedure=hazard.pk, rule=RECTIFY, state=ClockState.RUNNING).first()
            if running is not None and running.start == now:
                Notice.objects.filter(procedure=hazard.pk, served_at=at).update(until=running.due)
    return done


# --- who


def another_post(procedure: Procedure, by: Actor, at: datetime) -> Post:
    """Who looks again: the committee, the area lead or the desk; none that found it, served it or did the work."""
    made = Entry.objects.filter(procedure=procedure, kind__in=(FOUND, "serve", "serve_again"), post__isnull=False)
    had = set(made.values_list("post", flat=True)) | ({by.post.pk} if by.post else set())
    known = directory()
    roles = (Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER)
    posts = [post for role in roles for post in known.above(role, procedure.place_path)]
    free = [post for post in posts if post.pk not in had]
    staffed = [post for post in free if known.is_staffed(post, at)]
    if not free:
        raise Invalid(_("Nobody is left who could look again. Ask the administrator for a further post."))
    return (staffed or free)[0]


def departments(procedure: Procedure) -> list[Post]:
    """The posts that enforce here: the fire service and other departments, held ones only as they are."""
    return [post for post in directory().with_role(Role.DEPARTMENT_HANDLER) if covers(post, procedure.place_path)]


def _set(hazard: Hazard, **fields: Any) -> None:
    Hazard.objects.filter(pk=hazard.pk).update(**fields)


def _short(text: str, name: str) -> None:
    if len(text) > TEXT_MOST:
        raise Invalid(fields={name: _("Write at most 2,000 characters.")})


def _after(procedure: Procedure) -> Hazard:
    return Hazard.objects.select_related("procedure").get(pk=procedure.pk)
