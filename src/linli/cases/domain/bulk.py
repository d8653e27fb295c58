"""Many cases at once: each is a transaction of its own, so that one which moved on does not stop the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from linli.cases.domain.further import note_to_reporters
from linli.cases.domain.handling import NotResponsible, dispatch_case, file_and_dispatch
from linli.cases.domain.joining import merge_cases
from linli.cases.domain.promises import promise
from linli.cases.domain.routing import choose_from, is_responsible, propose_handler
from linli.cases.models import Case
from linli.cases.workflow import WORKFLOW
from linli.core.errors import DomainError, Invalid
from linli.people.actors import Actor
from linli.people.models import Post
from linli.procedures.models import Action

NO_CLASS = _("no class yet: open it and file it")
NOT_YOURS = _("not your desk's to send on")
TAKEN = _("it has been sent on already")
CLOSED = _("it is closed")
NOT_ANSWERABLE = _("this post does not answer for such a case there")
TOLD = {"dispatch": _("dispatched"), "file": _("filed and dispatched"), "answer": _("told"), "join": _("joined"),
        "before": _("done before")}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What would happen to one case: sent to `to`, or nothing, and why."""

    case: Case
    to: Post | None
    why_not: Any = ""


@dataclass(frozen=True)
class Outcome:
    """What happened to one case. `told` says it, or why it could not be."""

    case: Case
    done: bool
    told: Any
    to: Post | None = None


def plan_dispatch(cases: Sequence[Case], *, to: Post | None, by: Actor, at: datetime) -> list[Plan]:
    """What dispatching these would do. Without `to` each goes to the post proposed for it. No statement for a case
    that has its assignments fetched."""
    return [_plan(case, to, by, at) for case in cases]


def _plan(case: Case, to: Post | None, by: Actor, at: datetime) -> Plan:
    procedure = case.procedure
    if procedure.state not in ("received", "filed"):
        return Plan(case, None, CLOSED if procedure.closed else TAKEN)
    if case.klass is None:
        return Plan(case, None, NO_CLASS)
    if not WORKFLOW.moves["dispatch"].who(by, procedure):
        return Plan(case, None, NOT_YOURS)
    target = to or case.proposed or propose_handler(case.klass, procedure.place_path, at).post
    if not is_responsible(target, case, procedure.place_path, at):
        return Plan(case, None, NOT_ANSWERABLE)
    return Plan(case, target)


def posts_for(cases: Sequence[Case], at: datetime) -> list[Post]:
    """Every post that could take at least one of these, those that could take most first."""
    counted: dict[int, tuple[int, Post]] = {}
    for case in cases:
        if case.klass is not None and case.procedure.state in ("received", "filed"):
            for post in choose_from(case.klass, case.procedure.place_path, case.procedure.cell_id, None, at).posts:
                counted[post.pk] = (counted.get(post.pk, (0, post))[0] + 1, post)
    return [post for _number, post in sorted(counted.values(), key=lambda pair: -pair[0])]


def dispatch_many(
    cases: Sequence[Case],
    *,
    versions: Mapping[str, int],
    to: Post | None,
    reason: str,
    by: Actor,
    at: datetime,
    action: UUID,
) -> list[Outcome]:
    """Dispatch each of these; what was received is filed under its own class in the same step.

    versions: by number, as they were shown.  action: the form's; each case's own is derived from it, so that a form
    sent twice dispatches nothing twice.
    """

    def send(case: Case, own: UUID) -> Outcome:
        plan = _plan(case, to, by, at)
        if plan.to is None or case.klass is None:
            return Outcome(case, done=False, told=plan.why_not)
        given: dict[str, Any] = {
            "version": versions.get(case.procedure.number, 0),
            "to": plan.to,
            "reason": reason,
            "by": by,
            "at": at,
        }
        if case.procedure.state == "filed":
            return Outcome(dispatch_case(case=case, action=own, **given), True, TOLD["dispatch"], plan.to)
        sent = file_and_dispatch(case=case, klass=case.klass, action=own, **given)
        return Outcome(sent, True, TOLD["file"], plan.to)

    return _each(cases, send, action, by)


def answer_many(
    cases: Sequence[Case], *, text: str, until: datetime | None, by: Actor, at: datetime, action: UUID
) -> list[Outcome]:
    """One interim word to all reporters of these cases, in each one's story. With a time it is a promise.

    Raises:
        Invalid: no text.
    """
    if not text.strip():
        raise Invalid(fields={"text": _("Write what the reporters are to know.")})

    def answer(case: Case, own: UUID) -> Outcome:
        if case.procedure.closed is not None:
            return Outcome(case, done=False, told=CLOSED)
        if until is not None:
            promise(case=case, text=text, until=until, to_reporters=True, by=by, at=at, action=own)
        else:
            note_to_reporters(case=case, text=text, by=by, at=at, action=own)
        return Outcome(case, True, TOLD["answer"])

    return _each(cases, answer, action, by)


def _each(cases: Sequence[Case], act: Callable[[Case, UUID], Outcome], action: UUID, by: Actor) -> list[Outcome]:
    own = {case.pk: uuid5(action, str(case.pk)) for case in cases}
    before = set(Action.objects.filter(pk__in=own.values(), actor=by.key).values_list("pk", flat=True))
    return [
        Outcome(case, True, TOLD["before"]) if own[case.pk] in before else _one(case, act, own[case.pk])
        for case in cases
    ]


def _one(case: Case, act: Callable[[Case, UUID], Outcome], own: UUID) -> Outcome:
    try:
        return act(case, own)
    except NotResponsible as told:
        return Outcome(case, False, told.message)
    except Invalid as told:
        return Outcome(case, False, next(iter(told.fields.values()), told.message))
    except DomainError as told:
        return Outcome(case, False, told.message)


def join_group(
    cases: Sequence[Case],
    into: Case,
    *,
    versions: Mapping[str, int],
    because: str,
    by: Actor,
    at: datetime,
    action: UUID,
) -> list[Outcome]:
    """Make one of these the case of all: the others are joined to it, and every reporter gets its answer.

    versions: by number, as they were shown.
    """

    def join(case: Case, own: UUID) -> Outcome:
        version = versions.get(case.procedure.number, 0)
        merge_cases(case=case, into=into, version=version, because=because, by=by, at=at, action=own)
        return Outcome(case, True, TOLD["join"])

    return _each([case for case in cases if case.pk != into.pk], join, action, by)
