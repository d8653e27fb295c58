"""What the pages of a mediation share: doing a step, and showing the steps, the messages and the agreement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, Refused
from linli.mediation.domain.agreeing import unsigned
from linli.mediation.domain.queries import agreement_of
from linli.mediation.enums import AgreementStatus
from linli.mediation.forms import StepForm
from linli.mediation.models import Agreement, Mediation, Participant
from linli.mediation.steps import Act, Step
from linli.mediation.words import one_day
from linli.people.actors import Actor
from linli.people.forms import carry_over
from linli.people.middleware import Request


@dataclass(frozen=True)
class Performed:
    """One thing that was promised, as pages show it; done: the day, or nothing."""

    who: str
    what: str
    manner: str
    due: str
    done: str


class Tried:
    """One submit that did not go through: the step's form as it was filled in, and what is told."""

    def __init__(self, name: str, form: StepForm | None, status: int, told: str = "") -> None:
        self.name, self.form, self.status, self.told = name, form, status, told


NOTHING = Tried("", None, 200)


def do_step(
    request: Request, steps: Mapping[str, Step], mediation: Mediation, *, by: Actor, one: Participant | None = None
) -> Tried | None:
    """Do what was sent. None where it is done; else what the page shows of the attempt.

    Raises:
        Conflict: it cannot be done any more; the page of errors shows what was written.
    """
    name = request.POST.get("step", "")
    step = steps.get(name)
    if step is None:
        return Tried(name, None, 422, _("This page had grown old. Please send it again."))
    form = step.form(request.POST, mediation=mediation, one=one, auto_id=f"{name}_%s")
    if not form.is_valid():
        return Tried(name, form, 422, _("Something is missing. Please look at it again.") if _hidden(form) else "")
    try:
        step.run(Act(mediation, form, by, timezone.now(), one))
    except Conflict as told:
        again = request.POST.copy()
        mediation.procedure.refresh_from_db()
        if mediation.procedure.state not in step.states:
            raise
        again["version"] = str(mediation.procedure.version)
        return Tried(name, step.form(again, mediation=mediation, one=one, auto_id=f"{name}_%s"), 409, str(told.message))
    except Refused as told:
        return Tried(name, None, 403, str(told.message))
    except Invalid as told:
        carry_over(told, form)
        return Tried(name, form, 422, "" if told.fields and not _hidden(form) else str(told.message))
    messages.success(request, _("Done: %(step)s.") % {"step": step.label})
    return None


def _hidden(form: StepForm) -> bool:
    return any(field.errors for field in form.hidden_fields())


def offered(
    steps: Mapping[str, Step], mediation: Mediation, tried: Tried, *, allowed: Callable[[Step], bool],
    one: Participant | None = None, initial: Mapping[str, Any] | None = None,
) -> dict[str, list[tuple[Step, StepForm]]]:  # fmt: skip
    """The steps that can be done now, with their forms, by the part of the page where they stand."""
    shown: dict[str, list[tuple[Step, StepForm]]] = {}
    for step in steps.values():
        if mediation.procedure.state not in step.states or not allowed(step):
            continue
        form = tried.form if tried.form is not None and tried.name == step.name else None
        fresh = form or step.form(mediation=mediation, one=one, initial=dict(initial or {}), auto_id=f"{step.name}_%s")
        shown.setdefault(step.part, []).append((step, fresh))
    return shown


def agreement_shown(mediation: Mediation) -> dict[str, Any] | None:
    """The agreement as pages show it; none where nothing is laid out."""
    agreement = agreement_of(mediation)
    if agreement is None:
        return None
    waiting = unsigned(agreement) if agreement.status == AgreementStatus.SIGNING else []
    return {
        "it": agreement, "status": agreement.get_status_display(), "form": agreement.get_form_display(),
        "in_effect": agreement.status == AgreementStatus.IN_EFFECT, "waiting": waiting,
        "performances": _performances(agreement), "court": agreement.get_court_display() if agreement.court else "",
        "signatures": list(agreement.signatures.filter(draft=agreement.draft).select_related("participant", "post")),
    }  # fmt: skip


def _performances(agreement: Agreement) -> Sequence[Any]:
    return [
        Performed(row.by.name, row.what, row.manner, one_day(row.due), one_day(row.done_on) if row.done_on else "")
        for row in agreement.performances.select_related("by")
    ]


def answered(tried: Tried, html: HttpResponse) -> HttpResponse:
    html.status_code = tried.status
    return html
