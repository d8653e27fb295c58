"""The demonstration's sign-in cards. Outside a demonstration, or asked from elsewhere, there is no such page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import public
from linli.core.errors import NotFound
from linli.people.domain import demo
from linli.people.middleware import Request
from linli.people.views.sign_in import begin_session


@public
@require_safe
def cards(request: Request) -> HttpResponse:
    _only_here(request)
    return render(request, "people/demo.html", {"cards": demo.shown_cards(at=timezone.now())})


@public
@require_POST
def take_card(request: Request, card: str) -> HttpResponse:
    """Sign in as the person of a card."""
    _only_here(request)
    begin_session(request, demo.account_of_card(card))
    return redirect("people:start")


def _only_here(request: Request) -> None:
    if not (demo.asked_from_here(request.META) and demo.is_demo()):
        raise NotFound
