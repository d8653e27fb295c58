"""What petitioners see: the channels, writing one page by page, and the way back by number and code."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli import lawbook
from linli.cases.views.claim import try_code
from linli.core import carried, uploads
from linli.core.access import public
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.forms import ActionForm, posted
from linli.core.limits import limit
from linli.core.uploads import Slot
from linli.people.actors import Actor
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.petitions.attaching import slots, take
from linli.petitions.domain.attachments import attachments_of
from linli.petitions.domain.identity import open_by_code, own_petition, rate_petition, text_of
from linli.petitions.domain.opening import Opened, open_petition
from linli.petitions.domain.reviewing import is_too_late
from linli.petitions.enums import Channel, PetitionClass
from linli.petitions.forms import FindForm, GradeForm, ItemForm
from linli.petitions.kind import STATES, TONES
from linli.petitions.plain_words import clocks_shown, told
from linli.petitions.steps import OWN, STEPS
from linli.procedures.domain.move import may
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Party

SESSION = "petitions"
MOST = 20
PAGES = (
    ("klass",),
    ("field", "estate"),
    ("matter", "text"),
    ("accused",),
    ("name", "phone", "address", "persons", "others"),
)
TOLD = 3  # the page of what happened, where photos and documents are added
CHECK = len(PAGES) + 1


@public
@require_safe
def index(request: Request) -> HttpResponse:
    """The channels, addresses and hours, and how a petition is handled (art. 18)."""
    on = timezone.localdate()
    days = {
        name: int(lawbook.rule(f"petition.{name}", on=on).params["amount"])
        for name in ("forward", "notice", "handle", "ask_review", "review", "ask_recheck", "recheck")
    }
    extension = int(lawbook.rule("petition.handle", on=on).params["extension"])
    return render(request, "petitions/index.html", {"days": days, "extension": extension})


# --- writing one


@public
@never_cache
@require_http_methods(["GET", "POST"])
def write(request: Request) -> HttpResponse:
    """One thing on a page. What was answered before travels with the form: nothing is kept until it is sent."""
    if request.method == "GET":
        return _write_page(request, _blank(request), 1, slots())
    places = slots()
    take(request, places, at=timezone.now())
    step = _step(request.POST.get("page", "1"))
    form = ItemForm(request.POST)
    form.full_clean()
    if "back" in request.POST:
        return _write_page(request, _quiet(request.POST), _before(step, request.POST.get("klass", "")), places)
    wrong = next((page for page in range(1, min(step, CHECK - 1) + 1) if _errors(form, page)), None)
    if wrong is not None:
        return _write_page(request, form, wrong, places, status=422)
    if uploads.wrong_in(places):
        return _write_page(request, _quiet(request.POST), TOLD, places, status=422)
    if step < CHECK:
        return _write_page(request, _quiet(request.POST), _after(step, form.cleaned_data["klass"]), places)
    return _sent(request, form, places)


def _step(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and 1 <= int(given) <= CHECK else 1


def _after(step: int, klass: str) -> int:
    return step + (2 if step == 3 and klass == PetitionClass.SUGGESTION else 1)


def _before(step: int, klass: str) -> int:
    return max(1, step - (2 if step == 5 and klass == PetitionClass.SUGGESTION else 1))


def _blank(request: Request) -> ItemForm:
    account = request.who
    told = carried.carried(request.session, "petition")
    return ItemForm(
        initial={"name": account.name if account else "", "klass": request.GET.get("class", ""), "text": told}
    )


def _quiet(data: Any) -> ItemForm:
    """What was typed, shown again without complaints about pages that are still to come."""
    form = ItemForm(data)
    form.full_clean()
    form.errors.clear()
    return form


def _errors(form: ItemForm, page: int) -> list[str]:
    return [name for name in PAGES[page - 1] if name in form.errors]


def _write_page(request: Request, form: ItemForm, page: int, places: list[Slot], *, status: int = 200) -> HttpResponse:
    """A page of the form: its own fields shown, all others carried along unseen."""
    own = PAGES[page - 1] if page < CHECK else ()
    if status == 422:
        for name in [name for name in form.errors if name not in own and name != "__all__"]:
            del form.errors[name]
    visible = [form[name] for name in own]
    along = [(bound.html_name, bound.value() or "") for bound in form if bound.name not in own]
    if page == 5 and not form.is_bound:
        along = []
    context = {
        "slots": places if page == TOLD else [], "held": [] if page == TOLD else places,
        "files": sum(len(each.files) for each in places),
        "form": form, "page": page, "count": CHECK, "fields": visible,
        "carried": [(name, value) for name, value in along if name != "action"], "action": form["action"].value(),
        "last": page == CHECK, "answers": _answers(form) if page == CHECK else [], "back_url": "",
        "accusation": form["klass"].value() == PetitionClass.ACCUSATION,
    }  # fmt: skip
    return render(request, "petitions/write.html", context, status=status)


def _answers(form: ItemForm) -> list[tuple[str, str]]:
    rows = []
    for page in PAGES:
        for name in page:
            bound = form[name]
            value = str(bound.value() or "")
            choices = dict(getattr(form.fields[name], "choices", []) or [])
            said = str(choices.get(value, value)) if value else ""
            if said:
                rows.append((str(bound.label), said))
    return rows


def _sent(request: Request, form: ItemForm, places: list[Slot]) -> HttpResponse:
    limit(request, "report")
    given = form.cleaned_data
    try:
        opened = open_petition(
            klass=given["klass"], channel=Channel.NETWORK, field=given["field"], matter=given["matter"],
            text=given["text"], people=form.people, persons=given["persons"],
            accused=None if given["klass"] == PetitionClass.SUGGESTION else form.body, place=form.place,
            account=request.who, papers=[uuid for each in places for uuid in each.uuids], by=None,
            at=timezone.now(), action=given["action"],
        )  # fmt: skip
    except Invalid as wrong:
        fields = {"others" if name == "people" else name: said for name, said in wrong.fields.items()}
        carry_over(Invalid(wrong.message, fields=fields), form)
        page = next((n for n in range(1, CHECK) if _errors(form, n)), CHECK)
        return _write_page(request, form, page, places, status=422)
    uploads.sent_off(request, places)
    return _done(request, opened)


def _done(request: Request, opened: Opened) -> HttpResponse:
    """Number and code, shown once. This browser keeps the way to it, but not to an accusation."""
    procedure = opened.petition.procedure
    carried.drop(request.session)
    if opened.petition.klass != PetitionClass.ACCUSATION:
        remember(request.session, procedure.pk)
    clocks = clocks_shown(procedure.clocks.all())
    context = {"number": procedure.number, "code": opened.claim_code, "petition": opened.petition, "clocks": clocks}
    return render(request, "petitions/sent.html", context)


# --- the way back


def claimed(session: SessionBase) -> set[UUID]:
    """The petitions that were sent or opened by code in this browser."""
    return {UUID(key) for key in session.get(SESSION, [])}


def remember(session: SessionBase, procedure: UUID) -> None:
    session[SESSION] = [*(key for key in session.get(SESSION, []) if key != str(procedure)), str(procedure)][-MOST:]


def party_of(request: Request, number: str) -> Party:
    return own_petition(number=number, account=request.who, claimed=claimed(request.session))


@public
@never_cache
@require_http_methods(["GET", "POST"])
def progress(request: Request) -> HttpResponse:
    """Look up how far it is, by number and code."""
    form = FindForm(posted(request))
    if request.method == "POST" and form.is_valid():
        party = try_code(request, form, open_by_code)
        if party is not None:
            remember(request.session, party.procedure_id)
            return redirect("petitions:own", form.cleaned_data["number"])
    context = {"form": form, "back_url": reverse("petitions:index")}
    return render(request, "petitions/progress.html", context, status=422 if form.errors else 200)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def own(request: Request, number: str) -> HttpResponse:
    """One petition for who brought it: how far it is, the letters, and what they can do now."""
    try:
        party = party_of(request, number)
    except NotFound:
        return redirect("petitions:progress")
    step, bound = STEPS.get(request.POST.get("step", "")), None
    petition, by = party.procedure.petition, Actor(party=str(party.uuid))
    if request.method == "POST" and step is not None and step.name in OWN:
        bound = step.form(request.POST, petition=petition, posts=[], auto_id=f"id_{step.name}_%s")
        if bound.is_valid():
            try:
                step.verb(petition=petition, by=by, at=timezone.now(), **bound.cleaned_data)
            except Invalid as wrong:
                carry_over(wrong, bound)
            except Conflict as wrong:
                party, told_so = party_of(request, number), str(wrong.message)
                if not set(step.moves) & {move.name for move in may(party.procedure, by)}:
                    raise  # its form stands on this page no more; what was written is shown with the message
                messages.warning(request, told_so)
                again = request.POST.copy()
                again["version"] = str(party.procedure.version)
                bound = step.form(again, petition=petition, posts=[], auto_id=f"id_{step.name}_%s")
                return render(request, "petitions/own.html", _own_page(party, by, step, bound), status=409)
            else:
                messages.success(request, _("Thank you. It is noted."))
                return redirect("petitions:own", number)
    status = 422 if bound is not None and bound.errors else 200
    return render(request, "petitions/own.html", _own_page(party, by, step, bound), status=status)


def own_page(request: Request, party: Party, by: Actor, *, slots: list[Slot]) -> HttpResponse:
    """The petition for who brought it, with a place for files as it was filled in just now."""
    context = _own_page(party, by, None, None) | {"slots": slots}
    return render(request, "petitions/own.html", context, status=422)


def _own_page(party: Party, by: Actor, bound_step: Any, bound: Any) -> dict[str, Any]:
    procedure, petition = party.procedure, party.procedure.petition
    offered = {move.name for move in may(procedure, by)}
    if is_too_late(procedure, timezone.now()):
        offered -= {"ask_review", "ask_recheck"}

    def form_of(name: str) -> Any:
        step = STEPS[name]
        if bound is not None and bound_step is step:
            return bound
        return step.form(
            petition=petition, posts=[], initial={"version": procedure.version}, auto_id=f"id_{name}_%s"
        )  # fmt: skip

    answered = bool(petition.outcome) or procedure.closed is not None
    return {
        "petition": petition, "procedure": procedure, "number": procedure.number, "text": text_of(petition),
        "state": STATES[procedure.state], "tone": TONES[procedure.state],
        "slots": slots() if procedure.closed is None else [], "paper_form": ActionForm(auto_id="papers_%s"),
        "attachments": attachments_of(petition),
        "clocks": clocks_shown(procedure.clocks.all()), "letters": list(petition.letters.all()),
        "entries": [told(line, to_petitioner=True) for line in story(procedure, [Audience.PARTIES], party=party)],
        "steps": [(name, form_of(name)) for name in OWN if offered & set(STEPS[name].moves)],
        "grade_form": GradeForm(auto_id="grade_%s") if answered and petition.grade is None else None,
    }  # fmt: skip


@public
@require_POST
def rate(request: Request, number: str) -> HttpResponse:
    """The petitioner's grade."""
    party = party_of(request, number)
    form = GradeForm(request.POST)
    if form.is_valid():
        try:
            rate_petition(
                petition=party.procedure.petition, grade=form.cleaned_data["grade"],
                by=Actor(party=str(party.uuid)), at=timezone.now(), action=form.cleaned_data["action"],
            )  # fmt: skip
        except Conflict as wrong:
            messages.warning(request, wrong.message)
        else:
            messages.success(request, _("Thank you. Your grade is kept with the petition."))
    else:
        messages.warning(request, _("Please choose one of the five."))
    return redirect("petitions:own", number)


@public
@require_POST
def leave(request: Request, number: str) -> HttpResponse:
    """Forget this petition in this browser. Number and code open it again."""
    party = party_of(request, number)
    request.session[SESSION] = [key for key in request.session.get(SESSION, []) if key != str(party.procedure_id)]
    return redirect("petitions:progress")


@public
@require_safe
def paper(request: Request) -> HttpResponse:
    """The form on paper, for who writes by hand."""
    return render(request, "petitions/paper.html", {"form": ItemForm()})
