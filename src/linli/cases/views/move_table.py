"""What a case page offers: each move with its words, its form and the verb that it calls. One table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.cases import forms_steps
from linli.cases.domain import asking, closing, handling, joining, more_time, together, watching
from linli.cases.domain.queries import classes
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
from linli.cases.panels import own_step
from linli.people.middleware import Request
from linli.places.domain.gazetteer import because
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title

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


def to_case(case: Case) -> HttpResponse:
    return redirect("cases:case", case.procedure.number)


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
                  _("Split off. This is the new case."), after=lambda _case, _action, made: to_case(made), rare=True),
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


def step_of(name: str, case: Case) -> Step:
    """A move as this case's page offers it: an app above may ask more of cases that come from its source."""
    step = STEPS[name]
    own: Step | None = own_step(name, case)
    return own or step
