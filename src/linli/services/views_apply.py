"""What a resident asked for: number and code, and the way back by these or signed in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.cases import claims
from linli.cases.domain.report import claim_code
from linli.cases.views.claim import try_code
from linli.core.access import public, signed_in
from linli.core.errors import Conflict, NotFound, Refused
from linli.core.forms import ActionForm, MoveForm, posted
from linli.core.uploads import Slot
from linli.people.actors import Actor
from linli.people.middleware import Request
from linli.procedures.enums import Audience
from linli.procedures.models import Action, Party
from linli.procedures.sentences import explain
from linli.services.domain.guide import Bring, bring_for_request
from linli.services.domain.handling import withdraw
from linli.services.domain.paper_files import files_of
from linli.services.domain.papers import keep_no_longer, request_by_code
from linli.services.domain.queries import Whole, my_requests, own_request, whole
from linli.services.domain.rating import rate, rate_again
from linli.services.enums import BAD_FROM
from linli.services.forms import CodeForm, FindForm, RateForm
from linli.services.kind import STATES, TONES
from linli.services.models_papers import PaperFile
from linli.services.uploads import slots_of, title_of
from linli.services.words import bring_title, stands, story_lines
from linli.services.workflow import OPEN

SENT = "requested"  # in the session: the act whose request this browser just sent
PARTS = (Audience.PUBLIC, Audience.PARTIES)


@public
@never_cache
@require_safe
def sent(request: Request) -> HttpResponse:
    """It is sent: number and code, and what to bring."""
    action = request.session.get(SENT)
    if action is None:
        return redirect("services:catalogue")
    done = Action.objects.filter(pk=action, verb="open").select_related("procedure__request__version").first()
    if done is None:
        return redirect("services:catalogue")
    page = whole(done.procedure.request, PARTS)
    bring = to_bring(page)
    context = {
        "number": done.procedure.number, "code": claim_code(UUID(action)), "page": page,
        "bring": bring, "bring_title": bring_title(bring.count), "content": page.standing.content,
        "stands": stands(done.procedure.state, page.clock, timezone.now(), waits=False),
        "sent_papers": sent_papers(page),
        "address": request.build_absolute_uri(reverse("services:follow", args=[done.procedure.number])),
    }  # fmt: skip
    return render(request, "services/sent.html", context)


# --- the way back


@public
@never_cache
def find(request: Request) -> HttpResponse:
    """The way back for who has number and code on paper."""
    form = FindForm(posted(request))
    if request.method == "POST" and form.is_valid() and _claim(request, form.cleaned_data["number"], form):
        return redirect("services:follow", number=form.cleaned_data["number"])
    return render(request, "services/find.html", {"form": form}, status=422 if form.errors else 200)


@public
@never_cache
def follow(request: Request, number: str) -> HttpResponse:
    """One request for its applicant; to others the question for its code, whether or not there is such a request."""
    try:
        party = party_for(request, number)
    except NotFound:
        form = CodeForm(posted(request))
        if request.method == "POST" and form.is_valid() and _claim(request, number, form):
            return redirect("services:follow", number=number)
        context = {"form": form, "number": number}
        return render(request, "services/code.html", context, status=422 if form.errors else 200)
    return page_of(request, party)


def _claim(request: Request, number: str, form: Any) -> bool:
    found = try_code(request, form, request_by_code, number=number)
    if found is None:
        return False
    claims.remember(request.session, found.pk)
    return True


def party_for(request: Request, number: str) -> Party:
    return own_request(number, account=request.who, claimed=claims.claimed(request.session))


def to_bring(page: Whole) -> Bring:
    """What is still to be brought: not what was sent as a file, but where something was asked for since."""
    asked = page.request.asked_at if page.waits else None
    sent = {key for key, rows in files_of(page.request).items() if asked is None or rows[-1].sent_at >= asked}
    return bring_for_request(page.standing.content, [each.key for each in page.missing if each.key not in sent])


def sent_papers(page: Whole) -> list[tuple[Any, list[PaperFile]]]:
    """The photos and files of a request under the names of their papers."""
    return [(title_of(page, key), rows) for key, rows in files_of(page.request).items()]


def page_of(
    request: Request, party: Party, form: RateForm | None = None, *, slots: list[Slot] | None = None, status: int = 200
) -> HttpResponse:
    """The request as its applicant sees it.  slots: the places for papers as they were filled in just now."""
    found, procedure, at = party.procedure.request, party.procedure, timezone.now()
    page = whole(found, PARTS)
    bring, state = to_bring(page), procedure.state
    may_rate = state in ("ended", "refused") and found.grade is None
    may_again = state == "rectified" and found.first_grade is None
    account = request.who
    context = {
        "request_": found, "procedure": procedure, "page": page, "content": page.standing.content,
        "state": STATES[state], "tone": TONES[state], "stands": stands(state, page.clock, at, waits=page.waits),
        "explained": explain(page.clock) if page.clock and page.clock.due else "",
        "bring": bring, "bring_title": bring_title(bring.count), "story": story_lines(page.story),
        "form": form or (RateForm(initial={"version": procedure.version}) if may_rate or may_again else None),
        "again": may_again, "may_withdraw": state in OPEN,
        "visit": next((visit for visit in page.visits if visit.status == "planned"), None),
        "sent_papers": sent_papers(page), "paper_form": ActionForm(auto_id="papers_%s"),
        "slots": (slots_of(page) if slots is None else slots) if state in OPEN else [],
        "own": account is not None and party.account_id == account.pk,
        "address": request.build_absolute_uri(reverse("services:follow", args=[procedure.number])),
    }  # fmt: skip
    return render(request, "services/follow.html", context, status=status)


def _applicant(party: Party) -> Actor:
    return Actor(party=str(party.uuid))


@public
@require_POST
def rating(request: Request, number: str) -> HttpResponse:
    """The person's grade, the first or the one more."""
    party = party_for(request, number)
    form = RateForm(request.POST)
    if not form.is_valid():
        return page_of(request, party, form, status=422)
    verb = rate_again if party.procedure.state == "rectified" else rate
    try:
        verb(request=party.procedure.request, by=_applicant(party), at=timezone.now(), **form.cleaned_data)
    except (Conflict, Refused) as told:
        raise Conflict(_("It was rated already, or it has gone on since. Look at it as it stands now.")) from told
    bad = form.cleaned_data["grade"] <= BAD_FROM
    messages.success(
        request,
        _("Thank you. Somebody above the window will contact you within one day.") if bad
        else _("Thank you. Your grade is kept with the request."),
    )  # fmt: skip
    return redirect("services:follow", number=number)


@public
@never_cache
def withdrawal(request: Request, number: str) -> HttpResponse:
    """Ask whether it is really to be withdrawn, and do it."""
    party = party_for(request, number)
    form = MoveForm(posted(request),
                          initial={"version": party.procedure.version})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(request=party.procedure.request, by=_applicant(party), at=timezone.now(), **form.cleaned_data)
        except (Conflict, Refused) as told:
            form.add_error(None, told.message)
        else:
            messages.success(request, _("Your request is withdrawn."))
            return redirect("services:follow", number=number)
    context = {"form": form, "number": number, "grave": True, "back_url": reverse("services:follow", args=[number])}
    return render(request, "services/withdraw.html", context, status=422 if form.errors else 200)


@public
@require_POST
def stop_keeping(request: Request, number: str) -> HttpResponse:
    """Take back that papers serve again."""
    party = party_for(request, number)
    keep_no_longer(request=party.procedure.request, by=_applicant(party), at=timezone.now())
    messages.success(request, _("These papers are not used again."))
    return redirect("services:follow", number=number)


@public
@require_POST
def leave(request: Request, number: str) -> HttpResponse:
    """On a device that others use: forget this request here. Number and code open it again."""
    party = party_for(request, number)
    claims.forget(request.session, party.procedure_id)
    request.session.pop(SENT, None)
    return redirect("services:find")


@signed_in
@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """My requests."""
    rows = [
        {"number": row.procedure.number, "title": row.item.title, "applicant": row.applicant,
         "state": STATES[row.procedure.state], "tone": TONES[row.procedure.state], "opened": row.procedure.opened}
        for row in my_requests(request.account)
    ]  # fmt: skip
    return render(request, "services/mine.html", {"rows": rows})
