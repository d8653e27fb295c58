"""A party's own page: what is meant for it, what it can do now; nothing of what the other side said to the mediator."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.cases.clauses import clauses_for
from linli.core.access import public
from linli.core.errors import NotFound
from linli.core.forms import posted
from linli.mediation import draft as drafts
from linli.mediation.domain import choosing, queries, talking
from linli.mediation.domain.standing import fresh
from linli.mediation.domain.types import say_ways, type_of
from linli.mediation.enums import Consent, Offer, Side
from linli.mediation.forms import CodeForm
from linli.mediation.kind import CLOCKS_FOR_PARTIES, STATES_FOR_PARTIES, TONES_FOR_PARTIES
from linli.mediation.models import Mediation, Participant
from linli.mediation.rights import RIGHTS
from linli.mediation.steps import PARTY_STEPS, Step
from linli.mediation.views.apply import claim
from linli.mediation.views.shown import NOTHING, Tried, agreement_shown, answered, do_step, offered
from linli.mediation.words import lines_told
from linli.people.actors import Actor
from linli.people.middleware import Request
from linli.procedures.domain.story import Line, story
from linli.procedures.enums import Audience, ClockState
from linli.procedures.models import Clock
from linli.procedures.sentences import explain

FOR_PARTIES = (Audience.PUBLIC, Audience.PARTIES)
SHOWN_CLOCKS = ("mediation.contact", "mediation.answer", "mediation.confirm")


def participant_of(request: Request, number: str) -> Participant:
    return queries.own(number, account=request.who, claimed=drafts.claimed(request.session))


@public
@never_cache
def mine(request: Request, number: str) -> HttpResponse:
    """One mediation for one of its parties; to others the question for a code, whether or not there is such a one."""
    try:
        one = participant_of(request, number)
    except NotFound:
        return _ask_for_code(request, number)
    mediation = fresh(one.procedure_id)
    tried = NOTHING
    if request.method == "POST":
        failed = do_step(request, PARTY_STEPS, mediation, by=Actor(party=str(one.pk)), one=one)
        if failed is None:
            return redirect("mediation:mine", number)
        tried, mediation = failed, fresh(one.procedure_id)
    return answered(tried, render(request, "mediation/party.html", _page(mediation, one, tried)))


def _ask_for_code(request: Request, number: str) -> HttpResponse:
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid() and claim(request, number, form):
        return redirect("mediation:mine", number)
    context = {"form": form, "number": number, "back_url": ""}
    return render(request, "mediation/code.html", context, status=422 if form.errors else 200)


@public
@require_POST
def leave(request: Request, number: str) -> HttpResponse:
    """On a device that others use: forget it here. Number and code open it again."""
    one = participant_of(request, number)
    drafts.forget(request.session, one.procedure_id)
    return redirect("mediation:find")


def _page(mediation: Mediation, one: Participant, tried: Tried) -> dict[str, Any]:
    procedure = mediation.procedure
    lines = story(procedure, FOR_PARTIES, party=one.party)
    shown = agreement_shown(mediation)
    people = queries.participants(mediation)
    initial = {"draft": shown["it"].draft} if shown else {}
    steps = offered(
        PARTY_STEPS, mediation, tried, one=one, initial=initial,
        allowed=lambda step: _allowed(step, mediation, one, shown),
    )  # fmt: skip
    applicant = one.side == Side.APPLICANT
    return {
        "mediation": mediation, "procedure": procedure, "one": one, "told": tried.told, "steps": steps,
        "tried": tried.form, "type": type_of(mediation.type), "applicant": applicant,
        "state": STATES_FOR_PARTIES[procedure.state], "tone": TONES_FOR_PARTIES[procedure.state],
        "entries": lines_told(lines), "asked": _asked(lines), "rights": RIGHTS,
        "words": mediation.matter if applicant else "", "clocks": _clocks(mediation),
        "people": [{"key": f"party:{each.pk}", "name": each.name} for each in people],
        "others": [each for each in people if each.pk != one.pk],
        "proposals": _proposals(mediation, one), "invitees": _invitees(mediation, one),
        "written": talking.thread(mediation, one), "talk": [line for line in lines if line.kind == talking.TALK],
        "talk_open": talking.talk_is_open(mediation), "agreement": shown,
        "signed": shown is not None and one.pk not in {each.pk for each in shown["waiting"]},
        "ways": say_ways(mediation.ways_told), "version": procedure.version,
        "papers": reverse("mediation:agreement", args=[procedure.number]) if shown else "",
        "clauses": clauses_for(dispute=mediation.type, on=localdate()),
    }  # fmt: skip


def _asked(lines: list[Line]) -> str:
    """What this party was told of the matter."""
    found = [line for line in lines if line.kind == "asked"]
    return str((found[-1].says or {}).get("text", "")) if found else ""


def _allowed(step: Step, mediation: Mediation, one: Participant, shown: Mapping[str, Any] | None) -> bool:
    """Whether a step makes sense for this party now; what it may do is for the domain to say."""
    signing = shown is not None and one.pk in {each.pk for each in shown["waiting"]}
    answers = {
        "yes": one.consent != Consent.YES, "refuse": True, "withdraw": one.side == Side.APPLICANT,
        "talks": not one.talks, "hush": one.talks, "talk": one.talks and talking.talk_is_open(mediation),
        "open": not type_of(mediation.type).private and one.side not in mediation.open_wanted,
        "close": one.side in mediation.open_wanted, "sign": signing,
    }  # fmt: skip
    return answers.get(step.name, True)


def _proposals(mediation: Mediation, one: Participant) -> list[dict[str, Any]]:
    """Mediators proposed; those that wait for this side are to be answered."""
    return [
        {
            "it": row, "status": row.get_status_display(),
            "mine": row.status == Offer.OPEN and one.side not in row.accepted_by,
            "side": Side(row.side).label if row.side else "",
        }
        for row in choosing.proposals(mediation)
    ]  # fmt: skip


def _invitees(mediation: Mediation, one: Participant) -> list[dict[str, Any]]:
    rows = mediation.procedure.invitees.prefetch_related("agreed")
    return [
        {
            "it": row, "status": row.get_status_display(),
            "mine": row.status == Offer.OPEN and one.pk not in {each.pk for each in row.agreed.all()},
        }
        for row in rows
    ]  # fmt: skip


def _clocks(mediation: Mediation) -> list[dict[str, Any]]:
    """The time limits that a party reads, each with how its date came about."""
    running = Clock.objects.filter(procedure=mediation.pk, state=ClockState.RUNNING, rule__in=SHOWN_CLOCKS)
    return [{"it": clock, "name": CLOCKS_FOR_PARTIES[clock.rule], "why": explain(clock)} for clock in running]
