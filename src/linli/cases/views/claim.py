"""A code is tried: the same for every matter that has a way back without signing in."""

from collections.abc import Callable
from typing import TypeVar

from django.forms import Form

from linli.core.errors import NotFound
from linli.core.limits import limit
from linli.people.middleware import Request

Opened = TypeVar("Opened")


def try_code(request: Request, form: Form, opens: Callable[..., Opened], *, number: str = "") -> Opened | None:
    """What number and code open; none, with the reason in the form, where they do not belong together.

    Guessing is slow: ten tries in ten minutes from one address (site/limits.toml).
    number: where the address says it and the form asks for the code alone.
    """
    limit(request, "claim")
    try:
        return opens(number=number or form.cleaned_data["number"], code=form.cleaned_data["code"])
    except NotFound as told:
        form.add_error("code", str(told.message))
        return None
