"""Protection files for those who help: one's own files, one file with its next steps, and what of it is sealed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import TextChoices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.core.forms import ActionForm, posted
from linli.mediation.domain import protection_orders as orders
from linli.mediation.domain import protection_steps as steps
from linli.mediation.domain.help_lines import delivered, help_lines, keep_line
from linli.mediation.domain.protection import begin_file, could_know
from linli.mediation.domain.protection_queries import (
    helpers,
    orders_of,
    own_file,
    own_files,
    running,
    shut_out_of,
    who_knows,
)
from linli.mediation.domain.protection_sealed import Opened, open_parts
from linli.mediation.enums_protection import MUST_REPORT, About, Applicant, Channel, Danger, OrderState, Whom
from linli.mediation.forms_protection import (
    AcceptForm,
    AgainForm,
    BeginForm,
    BringInForm,
    DecidedForm,
    HandOnForm,
    LetGoForm,
    LineForm,
    MadeForm,
    NoteForm,
    OpenForm,
    OrderForm,
    ReconsiderForm,
    ReportForm,
    ScreenForm,
    ShutOutForm,
    TextForm,
    UntilForm,
    WarningForm,
    WhyForm,
    post_of,
)
from linli.mediation.kind_protection import CLOCKS, KEPT, STATES, TONES
from linli.mediation.views_help import traceless
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.people.models import Post
from linli.procedures.domain.move import may
from linli.procedures.domain.story import Line, story
from linli.procedures.enums import Audience
from linli.procedures.models import Procedure
from linli.procedures.sentences import explain

Posts = Callable[[Procedure], list[Post]]


def _others(procedure: Procedure) -> list[Post]:
    """The posts that could be told, without those that know or must not."""
    known = {post.pk for post, _part in who_knows(procedure)} | {post.pk for post in shut_out_of(procedure)}
    return [post for post in could_know(timezone.now()) if post.pk not in known]


@dataclass(frozen=True)
class Step:
    """A step as the page offers it. moves: the moves that it makes, one of which must be open to the post.

    posts: whom its form offers.  first: it stands open on the page, before all others.
    """

    name: str
    label: Any
    form: type[ActionForm]
    verb: Callable[..., Any]
    moves: tuple[str, ...]
    posts: Posts | None = None
    first: bool = False


STEPS: Mapping[str, Step] = {
    step.name: step
    for step in (
        Step("screen", gettext_lazy("Write down the talk"), ScreenForm, steps.screen, ("screen",), first=True),
        Step("report", gettext_lazy("The police are told"), ReportForm, steps.report_police, ("report_police",),
             first=True),
        Step("note", gettext_lazy("Write a note"), NoteForm, steps.note, ("note",)),
        Step("again", gettext_lazy("A child suffers too: answer anew"), AgainForm, steps.screen, ("screen_duty",)),
        Step("warning", gettext_lazy("A written warning arrived"), WarningForm, steps.warning, ("warning",)),
        Step("visit", gettext_lazy("Write down the visit"), TextForm, steps.visit, ("visit", "visit_police")),
        Step("order", gettext_lazy("Make an application for a protection order ready"), OrderForm,
             orders.prepare_order, ("order_prepare",)),
        Step("accept", gettext_lazy("The court took the application"), AcceptForm, orders.accept_order,
             ("order_accept",)),
        Step("made", gettext_lazy("The order was made and served"), MadeForm, orders.make_order, ("order_make",)),
        Step("refused", gettext_lazy("The court refused"), DecidedForm, orders.refuse_order, ("order_refuse",)),
        Step("reconsider", gettext_lazy("Reconsideration"), ReconsiderForm, orders.reconsider, ("reconsider",)),
        Step("extended", gettext_lazy("The court extended the order"), UntilForm, orders.extend_order,
             ("order_extend",)),
        Step("ended", gettext_lazy("The order or application is over"), WhyForm, orders.end_order, ("order_end",)),
        Step("bring_in", gettext_lazy("Let one more post know"), BringInForm, steps.bring_in, ("bring_in",), _others),
        Step("let_go", gettext_lazy("Somebody need not know any more"), LetGoForm, steps.let_go, ("let_go",), helpers),
        Step("hand_on", gettext_lazy("Hand the file to another post"), HandOnForm, steps.hand_on, ("hand_on",),
             _others),
        Step("shut_out", gettext_lazy("Somebody must not know: a relative, a friend"), ShutOutForm, steps.shut_out,
             ("hand_on",), _others),
        Step("close", gettext_lazy("Close the file"), WhyForm, steps.close_file, ("close",)),
    )
}  # fmt: skip
SAID: Mapping[str, Any] = {
    "asked": gettext_lazy("Asked to be reached"),
    "screen": gettext_lazy("Talked in safety"),
    "screen_duty": gettext_lazy("Talked in safety: the police must be told"),
    "report_police": gettext_lazy("Police told"),
    "note": gettext_lazy("Note"),
    "hand_on": gettext_lazy("Handed to another post"),
    "bring_in": gettext_lazy("One more post knows"),
    "let_go": gettext_lazy("A post knows no more"),
    "shut_out": gettext_lazy("Closed to a post"),
    "warning": gettext_lazy("Written warning arrived"),
    "visit": gettext_lazy("Visited by the committee"),
    "visit_police": gettext_lazy("Visited by the police station"),
    "order_prepare": gettext_lazy("Application for an order ready"),
    "order_accept": gettext_lazy("The court took it: 72 hours"),
    "order_accept_urgent": gettext_lazy("The court took it as urgent: 24 hours"),
    "order_make": gettext_lazy("Order made and served"),
    "order_refuse": gettext_lazy("Order refused"),
    "reconsider": gettext_lazy("Reconsideration"),
    "order_extend": gettext_lazy("Order extended"),
    "order_end": gettext_lazy("Order over"),
    "close": gettext_lazy("Closed"),
    "take_back": gettext_lazy("Taken back by the person"),
    "reach_changed": gettext_lazy("The person said anew how they are reached"),
    "came_from": gettext_lazy("Came from another matter"),
    "reassigned": gettext_lazy("Passed up from a vacant post"),
    "amber": gettext_lazy("Three quarters of the time have run"),
    "missed": gettext_lazy("The time is over"),
    "purged": gettext_lazy("Everything of persons deleted"),
}
CODES: Mapping[str, type[TextChoices]] = {"whom": Whom, "danger": Danger, "about": About, "applicant": Applicant}


@needs("protection.files")
@require_safe
@traceless
def files(request: Request) -> HttpResponse:
    """One's own files and nobody else's. There is no list of all."""
    rows = [(row, STATES[row.state], TONES[row.state]) for row in own_files(request.viewer)]
    return render(request, "mediation/protection/files.html", {"rows": rows})


@needs("protection.begin")
@require_http_methods(["GET", "POST"])
@traceless
def begin(request: Request) -> HttpResponse:
    """Write down for somebody at the desk or on the telephone how they are reached. 110 stands first."""
    form = BeginForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            begun = begin_file(
                came=given["came"], reach=form.reach(), said=given["said"],
                without=[int(key) for key in given["without"]], to=post_of(int(given["post"] or 0)), by=request.by,
                at=timezone.now(), action=given["action"],
            )  # fmt: skip
        except Invalid as told:
            carry_over(told, form)
        else:
            return _begun(request, begun)
    context = {"form": form, "back_url": reverse("protection:help")}
    return render(request, "mediation/protection/begin.html", context, status=422 if form.errors else 200)


def _begun(request: Request, begun: Procedure) -> HttpResponse:
    """To the file for whoever has a part in it; whoever only wrote it down is done, and sees it no more."""
    if Procedure.objects.visible_to(request.viewer).filter(pk=begun.pk).exists():
        return redirect("protection:file", begun.number)
    return render(request, "mediation/protection/begun.html", {})


@needs("protection.files")
@require_http_methods(["GET", "POST"])
@traceless
def file(request: Request, number: str) -> HttpResponse:
    """One file: how it stands, what is due, who knows, the next steps. Nothing sealed stands here."""
    found = own_file(number, request.viewer)
    step, bound, told, status = STEPS.get(request.POST.get("step", "")), None, "", 200
    if request.method == "POST" and step is not None:
        bound = _form(step, found, request.POST)
        if bound.is_valid():
            try:
                _take(request, found, step, bound)
                return redirect(_after(request, number))
            except Invalid as wrong:
                carry_over(wrong, bound)
            except Conflict:
                found, status = own_file(number, request.viewer), 409
                if not {move.name for move in may(found, request.by)}.intersection(step.moves):
                    raise  # its form stands on this page no more; what was written is shown with the message
                told = _("Somebody was faster: the file stands differently now. What you wrote is kept below.")
                again = request.POST.copy()
                again["version"] = str(found.version)
                bound = _form(step, found, again)
    if bound is not None and bound.errors and status == 200:
        status = 422
    return render(
        request, "mediation/protection/file.html", _page(request, found, step, bound) | {"told": told}, status=status
    )


def _take(request: Request, found: Procedure, step: Step, form: ActionForm) -> None:
    given = dict(form.cleaned_data)
    if step.posts is not None:
        given["to"] = post_of(given["to"])
        if step.name == "shut_out":
            given = {"action": given["action"], "post": given["to"]}
    step.verb(procedure=found, by=request.by, at=timezone.now(), **given)
    messages.success(request, _("Done: %(step)s.") % {"step": step.label})


def _after(request: Request, number: str) -> str:
    """Back to the file, or to one's own files where this step was the last that one sees of it."""
    seen = Procedure.objects.visible_to(request.viewer).filter(number=number).exists()
    return reverse("protection:file", args=[number]) if seen else reverse("protection:files")


def _form(step: Step, found: Procedure, data: Any = None) -> ActionForm:
    more = {"posts": step.posts(found)} if step.posts is not None else {}
    return step.form(data, initial={"version": found.version}, auto_id=f"{step.name}_%s", **more)


def _page(request: Request, found: Procedure, step: Step | None, bound: ActionForm | None) -> dict[str, Any]:
    open_to = {move.name for move in may(found, request.by)}
    offered = [
        (each, bound if bound is not None and each is step else _form(each, found))
        for each in STEPS.values()
        if open_to.intersection(each.moves)
    ]
    row = found.protection
    return {
        "file": found, "row": row, "state": STATES[found.state], "tone": TONES[found.state], "kept": KEPT,
        "duty": found.state == "must_report", "is_duty": row.whom in MUST_REPORT,
        "clocks": [(CLOCKS.get(clock.rule, clock.rule), clock, explain(clock)) for clock in running(found)],
        "first": [pair for pair in offered if pair[0].first], "steps": [pair for pair in offered if not pair[0].first],
        "knows": who_knows(found), "out": shut_out_of(found),
        "orders": [(order, OrderState(order.status).label) for order in orders_of(found)],
        "opening": OpenForm(),
        "entries": [_told(line) for line in story(found, [Audience.STAFF, Audience.SEALED])],
        "back_url": reverse("protection:files"),
    }  # fmt: skip


def _told(line: Line) -> dict[str, Any]:
    """An entry in words: its codes only, for there is nothing else in it."""
    says = line.says or {}
    words = [
        str(kind(says[name]).label) for name, kind in CODES.items() if says.get(name) in getattr(kind, "values", ())
    ]
    what = str(SAID.get(line.kind, line.kind))
    return {
        "at": line.at, "what": f"{what}: {', '.join(words)}" if words else what,
        "by": line.post.title if line.post else "", "tone": "late" if line.kind == "missed" else "",
    }  # fmt: skip


@needs("protection.files")
@require_POST
@traceless
def opened(request: Request, number: str) -> HttpResponse:
    """What is sealed, for a purpose that is written down. The page is the answer to the form and stands nowhere."""
    found, form = own_file(number, request.viewer), OpenForm(request.POST)
    shown: Opened | None = None
    if form.is_valid():
        given = form.cleaned_data
        shown = open_parts(
            procedure=found, parts=tuple(given["parts"]), purpose=given["purpose"], by=request.by, at=timezone.now()
        )
    channel = (shown.contact or {}).get("channel", "") if shown else ""
    context = {
        "file": found, "form": form, "shown": shown, "parts": form.cleaned_data.get("parts", []),
        "channel": Channel(channel).label if channel in Channel.values else "",
        "back_url": reverse("protection:file", args=[number]),
    }  # fmt: skip
    return render(request, "mediation/protection/opened.html", context, status=200 if shown else 422)


@needs("protection.lines")
@require_safe
def lines(request: Request) -> HttpResponse:
    """Who helps, and whether somebody made sure of the numbers."""
    return render(request, "mediation/protection/lines.html", {"lines": help_lines()})


@needs("protection.lines")
@require_http_methods(["GET", "POST"])
def line(request: Request, code: str) -> HttpResponse:
    """Change one of them."""
    known = {each.code: each for each in help_lines()}
    if code not in delivered():
        raise NotFound
    shown = known[code]
    initial = {
        name: getattr(shown, name) for name in ("number", "name", "name_en", "says", "says_en", "checked_on")
    }  # fmt: skip
    form = LineForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if key != "action"}
        try:
            keep_line(code=code, by=request.by, at=timezone.now(), **given)
        except Invalid as told:
            carry_over(told, form)
        else:
            messages.success(request, _("Kept."))
            return redirect("protection:lines")
    context = {"form": form, "line": shown, "back_url": reverse("protection:lines")}
    return render(request, "mediation/protection/line.html", context, status=422 if form.errors else 200)
