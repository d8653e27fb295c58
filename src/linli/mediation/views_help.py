"""Help with violence at home, for anybody, without a trace: what there is, and asking to be reached safely.

Nothing of these pages stays: no session, no cookie of their own, no copy in any cache, no word in the title. Each
answers to what was sent with the page itself, so that the browser's history holds one address that says little.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from linli.cases.forms_claim import FindForm
from linli.cases.views.claim import try_code
from linli.core.access import public
from linli.core.errors import Conflict, Invalid
from linli.core.forms import posted
from linli.mediation.domain.help_lines import help_lines
from linli.mediation.domain.protection import ask_for_contact, change_reach, claimed, take_back
from linli.mediation.forms_protection import AskForm, ReachForm
from linli.mediation.kind_protection import KEPT
from linli.people.forms import carry_over
from linli.people.middleware import Request

View = Callable[..., HttpResponse]


def traceless(view: View) -> View:
    """Nothing keeps the answer, no other site hears where one came from, and no search engine names it."""

    @wraps(view)
    def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"  # "no-referrer" would make Origin null, and forms fail
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


@public
@require_safe
@traceless
def help_page(request: Request) -> HttpResponse:
    """110 first; what help there is; how to be reached; how to leave no trace."""
    return render(request, "mediation/protection/help.html", {"lines": help_lines(), "kept": KEPT})


@public
@require_http_methods(["GET", "POST"])
@traceless
def ask(request: Request) -> HttpResponse:
    """How may we reach you? The answer to the last question is the page that says what happens now."""
    form = AskForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            asked = ask_for_contact(
                reach=form.reach(), said=given["said"], without=[int(key) for key in given["without"]],
                want_code=given["want_code"], at=timezone.now(), action=given["action"],
            )  # fmt: skip
        except Invalid as told:
            carry_over(told, form)
        else:
            return render(request, "mediation/protection/asked.html", {"asked": asked, "lines": help_lines()})
    return render(request, "mediation/protection/ask.html", {"form": form}, status=422 if form.errors else 200)


@public
@require_http_methods(["GET", "POST"])
@traceless
def again(request: Request) -> HttpResponse:
    """With number and code: how it stands, take it back, or say anew how one is reached. Nothing is remembered."""
    step = request.POST.get("step", "")
    form = FindForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "mediation/protection/again.html", {"form": form}, status=status)
    procedure = try_code(request, form, claimed)
    if procedure is None:
        return render(request, "mediation/protection/again.html", {"form": form}, status=422)
    reach, done = ReachForm(request.POST if step == "reach" else None), ""
    try:
        if step == "take_back":
            procedure, done = take_back(procedure=procedure, at=timezone.now(), action=uuid4()), "taken_back"
        elif step == "reach" and reach.is_valid() and procedure.closed is None:
            change_reach(procedure=procedure, reach=reach.reach(), at=timezone.now())
            done, reach = "changed", ReachForm()
    except Conflict:
        done = "too_late"
    except Invalid as told:
        carry_over(told, reach)
    context = {
        "procedure": procedure, "claim": form.cleaned_data, "reach": reach, "done": done, "kept": KEPT,
    }  # fmt: skip
    return render(request, "mediation/protection/standing.html", context, status=422 if reach.errors else 200)
