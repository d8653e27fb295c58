"""The moves of a case: one page each, asking only what it needs; and what the second of two is told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.cases import forms_steps
from linli.cases.domain import asking, closing, handling, joining, more_time, together, watching
from linli.cases.domain.dossier import Dossier, read_dossier, with_assignments
from linli.cases.domain.queries import case_for, classes
from linli.cases.domain.routing import about_of, choose_from, posts_near, propose_handler, route_of
from linli.cases.domain.triage import propose_class
from linli.cases.domain.whereabouts import places_said
from linli.cases.enums import Source
from linli.cases.forms_staff import (
    CaseMoveForm,
    CloseForm,
    DispatchForm,
    FileForm,
    HandBackForm,
    HandInForm,
    ReasonForm,
    ReworkForm,
    VerifyForm,
    VoidForm,
    places_found,
)
from linli.cases.models import Case, CaseClass
from linli.cases.offline import FOLLOWS, ON_THE_SPOT, may_be_kept, pages_to_keep
from linli.cases.sentences import Names, told_second
from linli.cases.workflow import WORKFLOW
from linli.core import files
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound, Refused, TooLarge
from linli.core.keeping import is_copy, may_keep, never_keep
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.domain.gazetteer import because
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.procedures.domain.late import as_it_happened, happened

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a form is made from: the case, what was posted (or none), and who asks."""

    case: Case
    request: Request
    posted: Any = None
    initial: Given | None = None

    @property
    def rest(self) -> dict[str, Any]:
        start = {"version": self.case.procedure.version, **(self.initial or {})}
        return {"data": self.posted, "files": self.request.FILES if self.posted else None, "initial": start}

    def value(self, name: str, otherwise: str = "") -> str:
        """What stands in a field now."""
        held = self.posted if self.posted is not None else self.initial
        return (held or {}).get(name, otherwise) or ""


def plain(form: type[CaseMoveForm]) -> Callable[[Asked], CaseMoveForm]:
    return lambda asked: form(**asked.rest)


def hand_in_form(asked: Asked) -> CaseMoveForm:
    klass = asked.case.klass
    return HandInForm(photo_needed=klass is None or klass.photo_needed, **asked.rest)


def close_form(asked: Asked) -> CaseMoveForm:
    rest = asked.rest
    rest["initial"] = {"answer": closing.proposed_answer(asked.case), **rest["initial"]}
    return CloseForm(**rest)


def dispatch_form(asked: Asked) -> CaseMoveForm:
    case = asked.case
    procedure = case.procedure
    return DispatchForm(
        choice=choose_from(case.klass, procedure.place_path, procedure.cell_id, route_of(case), timezone.now()),
        **asked.rest,
    )


def file_form(asked: Asked) -> CaseMoveForm:
    """The form as its class and place now stand; a class or place other than the case's is routed anew."""
    case = asked.case
    procedure = case.procedure
    catalogue = list(classes())
    klass = _chosen_class(asked, catalogue)
    below = asked.request.viewer.posts[0].place.path
    found = places_found(asked.value("words"), asked.value("place"), below)
    place = tree().by_path.get(asked.value("place"))
    path = place.path if place else procedure.place_path
    as_reported = klass == case.klass and place is None
    now = timezone.now()
    route = route_of(case) if as_reported else propose_handler(klass, path, now, about_of(case))
    rest = asked.rest
    rest["initial"] = {"klass": klass.code if klass else "", **rest["initial"]}
    return FileForm(
        reported=case.klass,
        reading=propose_class(case.text),
        classes=catalogue,
        known=full_title(procedure.place) if procedure.place else str(_("place not known")),
        found=found,
        choice=choose_from(klass, path, procedure.cell_id, route, now),
        from_hotline=case.source == Source.HOTLINE,
        said=[(one.place, because(one)) for one in places_said(case, below=below)],
        **rest,
    )


def _chosen_class(asked: Asked, catalogue: list[CaseClass]) -> CaseClass | None:
    code = asked.value("klass", asked.case.klass.code if asked.case.klass else "")
    return next((klass for klass in catalogue if klass.code == code), None)


def hand_on_form(asked: Asked) -> CaseMoveForm:
    case, own = asked.case, asked.request.post
    procedure = case.procedure
    posts = choose_from(case.klass, procedure.place_path, procedure.cell_id, None, timezone.now()).posts
    others = [post for post in posts if own is None or post.pk != own.pk]
    return forms_steps.HandOnForm(posts=others, **asked.rest)


def near_form(form: type[forms_steps.PostForm]) -> Callable[[Asked], CaseMoveForm]:
    """A form that asks for one of the posts around the case."""

    def make(asked: Asked) -> CaseMoveForm:
        procedure = asked.case.procedure
        return form(posts=posts_near(procedure.place_path, procedure.cell_id), **asked.rest)

    return make


def relieve_form(asked: Asked) -> CaseMoveForm:
    return forms_steps.RelieveForm(posts=together.helpers_of(asked.case), **asked.rest)


def ask_time_form(asked: Asked) -> CaseMoveForm:
    return forms_steps.AskTimeForm(clock=more_time.handle_clock(asked.case), **asked.rest)


def extend_form(asked: Asked) -> CaseMoveForm:
    rest = asked.rest
    rest["initial"] = {"amount": more_time.asked_for(asked.case), **rest["initial"]}
    return forms_steps.ExtendForm(clock=more_time.handle_clock(asked.case), **rest)


def join_form(form: type[forms_steps.JoinForm]) -> Callable[[Asked], CaseMoveForm]:
    """A form that asks for another case; `?into=` fills its number in."""

    def make(asked: Asked) -> CaseMoveForm:
        rest = asked.rest
        rest["initial"] = {"into": asked.request.GET.get("into", ""), **rest["initial"]}
        return form(viewer=asked.request.viewer, **rest)

    return make


def split_form(asked: Asked) -> CaseMoveForm:
    return forms_steps.SplitForm(classes=list(classes()), **asked.rest)


def _to_link(case: Case, action: UUID, _made: Any) -> HttpResponse:
    return redirect("cases:guest_link", case.procedure.number, action)


@dataclass(frozen=True)
class Step:
    """A move as a page: its words, its form, and the verb that it calls."""

    title: Any
    button: Any
    form: Callable[[Asked], CaseMoveForm]
    verb: Callable[..., Any]
    done: Any
    lead: Any = ""
    grave: bool = False
    closes: bool = False  # the closing condition of the class stands over its form
    rare: bool = False  # stands among the further steps
    after: Callable[[Case, UUID, Any], HttpResponse] | None = None  # where to go; the case itself where none is said


STEPS: dict[str, Step] = {
    "file": Step(_("File and dispatch"), _("File and dispatch"), file_form, handling.file_and_dispatch,
                 _("Filed and dispatched.")),
    "dispatch": Step(_("Dispatch"), _("Dispatch"), dispatch_form, handling.dispatch_case, _("Dispatched.")),
    "accept": Step(_("Accept"), _("Accept"), plain(CaseMoveForm), handling.accept_case, _("Accepted."),
                   lead=_("The reporter sees that you take it on.")),
    "hand_in": Step(_("Hand in the work"), _("Hand in"), hand_in_form, handling.hand_in_case,
                    _("Handed in. Somebody else goes and looks."), closes=True),
    "verify": Step(_("It is done"), _("Confirm that it is done"), plain(VerifyForm), closing.verify_case,
                   _("Confirmed. The desk answers the reporter."), closes=True),
    "close": Step(_("Answer and close"), _("Answer and close"), close_form, closing.close_case,
                  _("Answered and closed. The reporter can have it reopened within the time the rule gives.")),
    "rework": Step(_("It is not done"), _("Send back for rework"), plain(ReworkForm), closing.rework_case,
                   _("Sent back for rework.")),
    "report_back": Step(_("Report on it"), _("Send the report"), plain(forms_steps.ReportBackForm),
                        watching.report_back, _("Reported.")),
    "reply": Step(_("Write down the reply"), _("Write it down"), plain(forms_steps.ReplyForm), asking.reply_to_question,
                  _("Written down. The clocks go on.")),
    "help_done": Step(_("My part is done"), _("My part is done"), plain(forms_steps.HelpDoneForm), together.finish_help,
                      _("Your part is over. Whoever handles the case reads it.")),
    "extend": Step(_("Allow more time"), _("Allow it"), extend_form, more_time.extend_case, _("More time is allowed.")),
    "refuse_time": Step(_("Allow no more time"), _("Allow no more time"), plain(forms_steps.RefuseTimeForm),
                        more_time.refuse_time, _("The time stays as it is.")),
    "resume": Step(_("Go on with it"), _("Go on with it"), plain(CaseMoveForm), more_time.resume_case, _("It goes on."),
                   lead=_("The clock runs again from now.")),
    "hand_back": Step(_("Hand back"), _("Hand back"), plain(HandBackForm), handling.hand_back_case,
                      _("Handed back to the desk.")),
    "hand_on": Step(_("Pass it on"), _("Pass it on"), hand_on_form, handling.hand_on_case, _("Passed on."),
                    lead=_("The time to handle it runs on.")),
    "ask": Step(_("Ask the reporter"), _("Ask"), plain(forms_steps.AskForm), asking.ask_reporter,
                _("Asked. The clocks stand still until the answer comes, for five days at most.")),
    "ask_help": Step(_("Ask another post to help"), _("Ask for help"), near_form(forms_steps.AskHelpForm),
                     together.ask_help, _("Asked. They find it in their inbox.")),
    "relieve": Step(_("Go on without a co-handler"), _("Go on without"), relieve_form, together.relieve_helper,
                    _("It goes on without them.")),
    "ask_time": Step(_("Ask for more time"), _("Ask for more time"), ask_time_form, more_time.ask_time,
                     _("Asked. Until it is decided the time stays as it is.")),
    "recall": Step(_("Take it back"), _("Take it back"), plain(forms_steps.RecallForm), handling.recall_case,
                   _("Taken back. It is to be dispatched again.")),
    "merge": Step(_("It is the same as another"), _("Join the two"), join_form(forms_steps.MergeForm),
                  joining.merge_cases, _("Joined. The reporter gets the answer of the other case."), rare=True),
    "split": Step(_("Split a matter off"), _("Split it off"), split_form, joining.split_case,
                  _("Split off. This is the new case."), after=lambda _case, _action, made: _to(made), rare=True),
    "link": Step(_("Make it part of a larger one"), _("Make it a part"), join_form(forms_steps.LinkForm),
                 joining.link_case, _("It is a part now. The larger case waits for it."), rare=True),
    "defer": Step(_("Put it off"), _("Put it off"), plain(forms_steps.DeferForm), more_time.defer_case,
                  _("Put off. It goes on by itself on that day."), rare=True),
    "invite": Step(_("Ask somebody without an account"), _("Make the link"), plain(forms_steps.InviteForm),
                   asking.invite_guest, _("Give them this link."), after=_to_link, rare=True),
    "supervise": Step(_("Supervise"), _("Supervise"), plain(forms_steps.SuperviseForm), watching.supervise_case,
                      _("Whoever has it must report within three working days."), rare=True),
    "take_charge": Step(_("A grievance of long standing"), _("Give it an owner"), near_form(forms_steps.TakeChargeForm),
                        watching.take_charge, _("It has an owner, who looks at it every month."), rare=True),
    "review": Step(_("Look at the grievance again"), _("Write it down"), plain(forms_steps.ReviewForm),
                   watching.review_grievance, _("Written down. The next look is due in a month.")),
    "settle": Step(_("The grievance is settled"), _("It is settled"), plain(forms_steps.SettleForm),
                   watching.settle_grievance, _("It is no longer a grievance of long standing."), rare=True),
    "reopen": Step(_("Reopen"), _("Reopen"), plain(ReasonForm), closing.reopen_case,
                   _("Reopened. It is to be dispatched again.")),
    "void": Step(_("Do not take it up"), _("Do not take it up"), plain(VoidForm), closing.void_case,
                 _("Not taken up. The reporter reads the reason."), grave=True),
}  # fmt: skip

# What a page offers at once, as an open form; the other moves stand beside it.
FIRST = ("help_done", "file", "dispatch", "accept", "hand_in", "verify", "close", "extend", "review")


@needs("cases.case")
def move(request: Request, number: str, name: str) -> HttpResponse:
    """Ask what a move needs, and make it."""
    step = STEPS.get(name)
    if step is None:
        raise NotFound
    case = with_assignments(case_for(number, request.viewer))
    leaves = case.procedure.state in WORKFLOW.moves[name].sources
    if leaves and not WORKFLOW.moves[name].who(request.by, case.procedure):
        raise Refused
    if request.method != "POST":
        asked = Asked(case, request)
        leaves = leaves or (is_copy(request) and name in _prepared(request, case))
        return _page(request, case, name, step.form(asked)) if leaves else redirect("cases:case", case.procedure.number)
    form = step.form(Asked(case, request, request.POST))
    if {"look", "take", "pick"} & request.POST.keys():
        return _page(request, case, name, step.form(Asked(case, request, initial=_as_asked(request))))
    if form.is_valid():
        try:
            return _make(request, case, name, form)
        except (Invalid, TooLarge) as told:
            _beside(told, form)
        except Conflict as told:
            return _second(request, case, name, form, told)
    elif form.has_error("version") or form.has_error("action"):
        fresh = step.form(Asked(case, request, initial=_typed(request, form)))
        old = _("This page had grown old. What you wrote is kept below; please send it again.")
        return _page(request, case, name, fresh, status=422, told=old)
    return _page(request, case, name, form, status=422)


def _prepared(request: Request, case: Case) -> Iterator[str]:
    """The moves whose form a phone keeps before their turn has come: handing in what is still to be accepted."""
    for first, then in FOLLOWS.items():
        if case.procedure.state in WORKFLOW.moves[first].sources and WORKFLOW.moves[then].who(
            request.by, case.procedure
        ):
            yield then


def _as_asked(request: Request) -> dict[str, str]:
    """What was written so far, for a form that is only looked at again: what the rules propose is proposed anew.

    `take` is the place of the text, `pick` a class that it reads like: each taken by one tap.
    """
    written = {name: request.POST.get(name, "") for name in request.POST if name not in ("to", "grade", "hotline")}
    taps = {"place": written.pop("take", ""), "klass": written.pop("pick", "")}
    return written | {name: value for name, value in taps.items() if value}


def _make(request: Request, case: Case, name: str, form: CaseMoveForm) -> HttpResponse:
    step, now, given = STEPS[name], timezone.now(), form.arguments()
    if "photos" in given:
        given["photos"] = store_photos(given["photos"], now)
    version, action = form.cleaned_data["version"], form.cleaned_data["action"]
    ago = request.POST.get("ago", "") if name in ON_THE_SPOT else ""
    at = happened(ago, procedure=case.procedure, now=now)
    made = as_it_happened(step.verb, case=case, version=version, by=request.by, at=at, now=now, action=action, **given)
    messages.success(request, step.done)
    return step.after(case, action, made) if step.after else _to(case)


def _to(case: Case) -> HttpResponse:
    return redirect("cases:case", case.procedure.number)


def store_photos(uploads: list[UploadedFile], at: datetime) -> list[UUID]:
    """Keep uploaded photographs until a verb attaches them."""
    return [
        files.store(upload, name=upload.name or "", procedure=None, audience="staff", at=at).uuid for upload in uploads
    ]


def _beside(told: Invalid | TooLarge, form: CaseMoveForm) -> None:
    """Say what the domain refused beside its field; what the file store refuses concerns the photographs."""
    if isinstance(told, Invalid) and told.fields:
        carry_over(told, form)
    else:
        form.add_error("photos" if "photos" in form.fields else None, str(told.message))


def _second(request: Request, case: Case, name: str, form: CaseMoveForm, told: Conflict) -> HttpResponse:
    """Somebody was first: say who and when, and keep what was written. Where the move is still open, ask anew."""
    now = read_dossier(case.procedure.number, viewer=request.viewer, by=request.by)
    words = told_second(now.lines, names_of(now)) if told.current else str(told.message)
    still = any(step.name == name for step in now.moves)
    typed = _typed(request, form)
    fresh = STEPS[name].form(Asked(now.case, request, initial=typed)) if still else None
    kept = [] if still else [(form.fields[field].label, text) for field, text in typed.items() if text.strip()]
    return _page(request, now.case, name, fresh, status=409, told=words, kept=kept)


def _typed(request: Request, form: CaseMoveForm) -> dict[str, str]:
    """What the person wrote and chose. Photographs cannot come back with a page."""
    asked = (field for field in form.fields if field not in ("action", "version", "photos"))
    return {field: request.POST.get(field, "") for field in asked}


def names_of(dossier: Dossier) -> Names:
    klass = dossier.case.klass
    return Names(dossier.posts, {klass.code: klass.title} if klass else {}, dossier.files)


def _page(
    request: Request, case: Case, name: str, form: CaseMoveForm | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    place = case.procedure.place
    context = {
        "case": case,
        "number": case.procedure.number,
        "place": full_title(place) if place else "",
        "name": name,
        "step": STEPS[name],
        "form": form,
        "closing": case.klass.closing_text if case.klass else "",
        "back_url": reverse("cases:case", args=[case.procedure.number]),
        **on_a_phone(request, case),
        **more,
    }
    return keep_or_not(request, case, render(request, "cases/staff/move.html", context, status=status))


def on_a_phone(request: Request, case: Case) -> dict[str, Any]:
    """What a page of a case says to a phone: which pages to keep, and the moves that may wait there for signal."""
    mine = {
        row.part for row in case.procedure.assignments.all() if row.open and row.post_id == request.viewer.posts[0].pk
    }
    keep = [page for part in mine for page in pages_to_keep(case.procedure, part)]
    return {
        "keep": " ".join(f"{page}#{case.procedure.version}" for page in keep),
        "on_the_spot": ON_THE_SPOT if may_be_kept(case.procedure) else (),
    }


def keep_or_not(request: Request, case: Case, response: HttpResponse) -> HttpResponse:
    """A phone keeps the cases that one goes to; of what is sealed not even the browser keeps a page."""
    if not may_be_kept(case.procedure):
        return never_keep(response)
    return may_keep(request, response) if on_a_phone(request, case)["keep"] else response
