"""The reporter's way back to a report: by its code or signed in; the answer, the grade, taking it up again, adding."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.cases import claims
from linli.cases.clauses import clauses_for
from linli.cases.domain import queries
from linli.cases.domain.asking import open_question, reply_to_question
from linli.cases.domain.closing import rate_case, reopen_case, reopen_until
from linli.cases.domain.followed import followed, reported
from linli.cases.domain.reporter import add_to_case, keep_in_account, open_by_code
from linli.cases.forms_follow import AddForm, CodeForm, FindForm, RateForm, ReopenForm, ReplyForm
from linli.cases.plain_words import CLOCKS, STATES, TONES, stands_so, story_lines
from linli.cases.sentences import shown
from linli.cases.views.claim import try_code
from linli.core import push
from linli.core.access import public, signed_in
from linli.core.errors import Conflict, NotFound
from linli.core.forms import posted
from linli.people.actors import Actor
from linli.people.middleware import Request
from linli.places.domain.queries import full_title
from linli.procedures.enums import PartyKind
from linli.procedures.models import Party


@public
@never_cache
def find(request: Request) -> HttpResponse:
    """The way back for who has number and code on paper."""
    form = FindForm(posted(request))
    if request.method == "POST" and form.is_valid() and _claim(request, form.cleaned_data["number"], form):
        return redirect("cases:follow", number=form.cleaned_data["number"])
    return render(request, "cases/follow/find.html", {"form": form}, status=422 if form.errors else 200)


@public
@never_cache
def follow(request: Request, number: str) -> HttpResponse:
    """One report for its reporter; to others the question for its code, whether or not there is such a report."""
    try:
        party = _party(request, number)
    except NotFound:
        return _ask_for_code(request, number)
    return _report(request, party, RateForm())


def _ask_for_code(request: Request, number: str) -> HttpResponse:
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid() and _claim(request, number, form):
        return redirect("cases:follow", number=number)
    context = {"form": form, "number": number}
    return render(request, "cases/follow/code.html", context, status=422 if form.errors else 200)


def _claim(request: Request, number: str, form: Form) -> bool:
    party = try_code(request, form, open_by_code, number=number)
    if party is None:
        return False
    if party.kind == PartyKind.FURTHER:
        claims.remember_joined(request.session, party.procedure_id, party.pk)
    else:
        claims.remember(request.session, party.procedure_id)
    return True


@public
@require_POST
def rate(request: Request, number: str) -> HttpResponse:
    party = _party(request, number)
    form = RateForm(request.POST)
    if not form.is_valid():
        return _report(request, party, form, status=422)
    try:
        rate_case(
            case=party.procedure.case, grade=form.cleaned_data["grade"], words=form.cleaned_data["text"],
            by=_reporter(party), at=now(),
        )  # fmt: skip
    except Conflict as told:
        messages.warning(request, told.message)
    else:
        messages.success(request, _("Thank you. Your grade is kept with the report."))
    return redirect("cases:follow", number=number)


@public
@never_cache
def reopen(request: Request, number: str) -> HttpResponse:
    """Have a closed report taken up again, with the reason, within the days that this can be asked."""
    party = _party(request, number)
    case = party.procedure.case
    until = reopen_until(case)
    if until is None:
        return redirect("cases:follow", number=number)
    form = ReopenForm(posted(request), initial={"version": party.procedure.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reopen_case(
                case=case, version=given["version"], reason=given["reason"], by=_reporter(party), at=now(),
                action=given["action"],
            )  # fmt: skip
        except Conflict as told:
            form.add_error(None, told.message)
        else:
            messages.success(request, _("Your report is taken up again. Whoever has it now reads your reason."))
            return redirect("cases:follow", number=number)
    return _question(request, "reopen", form, party, until=until)


@public
@never_cache
def add(request: Request, number: str) -> HttpResponse:
    """Tell whoever has the report something more."""
    party = _party(request, number)
    form = AddForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            add_to_case(
                case=party.procedure.case, text=given["text"], by=_reporter(party), at=now(), action=given["action"]
            )
        except Conflict as told:
            form.add_error(None, told.message)
        else:
            messages.success(request, _("Your words are added to the report."))
            return redirect("cases:follow", number=number)
    return _question(request, "add", form, party)


@public
@never_cache
def reply(request: Request, number: str) -> HttpResponse:
    """Answer what staff ask; the work goes on with it."""
    party = _party(request, number)
    case = party.procedure.case
    asked = open_question(case)
    if not asked:
        return redirect("cases:follow", number=number)
    form = ReplyForm(posted(request), initial={"version": party.procedure.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            reply_to_question(
                case=case, version=given["version"], text=given["text"], by=_reporter(party), at=now(),
                action=given["action"],
            )  # fmt: skip
        except Conflict as told:
            form.add_error(None, told.message)
        else:
            messages.success(request, _("Thank you. The work goes on with your answer."))
            return redirect("cases:follow", number=number)
    return _question(request, "reply", form, party, asked=asked)


@signed_in
@require_POST
def keep(request: Request, number: str) -> HttpResponse:
    """Take a report that was made without an account into mine."""
    party = _party(request, number)
    try:
        keep_in_account(case=party.procedure.case, account=request.account, by=_reporter(party), at=now())
    except Conflict as told:
        messages.warning(request, told.message)
    else:
        messages.success(request, _("The report is now among your reports."))
    return redirect("cases:follow", number=number)


@public
@require_POST
def leave(request: Request, number: str) -> HttpResponse:
    """On a device that others use: forget this report here. Number and code open it again."""
    party = _party(request, number)
    claims.forget(request.session, party.procedure_id)
    return redirect("cases:find")


@signed_in
@never_cache
def mine(request: Request) -> HttpResponse:
    """My reports."""
    person = request.account
    context = {
        "reports": queries.my_reports(person),
        "wishes": push.wishes_of(person),
        "devices": len(push.addresses(person)),
    }
    return render(request, "cases/follow/mine.html", context)


def _report(request: Request, party: Party, form: RateForm, *, status: int = 200) -> HttpResponse:
    """The reporter's page. The form is shown once the report is answered and not rated yet."""
    procedure, at = party.procedure, now()
    page = followed(party, clock=CLOCKS.get(procedure.state))
    account = request.who
    context = {
        "case": page.case,
        "procedure": procedure,
        "place": full_title(procedure.place) if procedure.place else "",
        "clauses": clauses_for(klass=page.case.klass.code, on=localdate(at)) if page.case.klass else [],
        "state": STATES[procedure.state],
        "tone": TONES[procedure.state],
        "stands": stands_so(procedure.state, page.standing, at, until=page.case.deferred_until),
        "story": story_lines(page.story, page.posts),
        "photos": [shown(file) for file in page.photos],
        "reopen_until": page.reopen_until if page.reopen_until and at < page.reopen_until else None,
        "form": form,
        "asked": open_question(page.case) if party.kind == PartyKind.REPORTER else "",
        "answered": procedure.state == "closed" or (procedure.state == "merged" and page.reopen_until is not None),
        "text": page.own_words,
        "first": party.kind == PartyKind.REPORTER,
        "may_keep": account is not None and party.account_id is None and party.kind == PartyKind.REPORTER,
        "own": account is not None and party.account_id == account.pk,
        "address": request.build_absolute_uri(reverse("cases:follow", args=[procedure.number])),
    }
    return render(request, "cases/follow/report.html", context, status=status)


def _question(request: Request, name: str, form: Form, party: Party, **more: object) -> HttpResponse:
    number = party.procedure.number
    context = {"form": form, "number": number, "back_url": reverse("cases:follow", args=[number]), **more}
    return render(request, f"cases/follow/{name}.html", context, status=422 if form.errors else 200)


def _party(request: Request, number: str) -> Party:
    session = request.session
    return reported(number, account=request.who, claimed=claims.claimed(session), joined=claims.joined(session))


def _reporter(party: Party) -> Actor:
    return Actor(party=str(party.uuid))
