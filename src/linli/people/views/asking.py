"""Pages that ask one thing of a member of staff, and what their post reaches."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from linli.core.errors import Invalid
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.places.models import Place


def ask(
    request: Request, form: forms.Form, act: Callable[[Mapping[str, Any]], None], *, back: str, **words: Any
) -> HttpResponse:
    """Show a form, do what it asks, and say beside its fields what the domain refused. `words`: see `show`."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Invalid as told:
            carry_over(told, form)
        else:
            return redirect(back)
    return show(request, form, back=back, **words)


def show(
    request: Request, form: forms.Form, *, back: str, heading: str, button: str, lead: str = "", grave: bool = False
) -> HttpResponse:
    """The page of a form. `grave` where it destroys something."""
    context = {"form": form, "back_url": back, "heading": heading, "button": button, "lead": lead, "grave": grave}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


def reach(request: Request) -> Place:
    """What the person's post may change: everything within its place.

    Raises:
        Refused: in no post.
    """
    assert request.by.post is not None  # `by` refuses whoever is in no post
    return request.by.post.place
