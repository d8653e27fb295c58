"""Care mode: larger text and targets, by one button, without an account. A cookie of one bit remembers it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from linli.core.access import public

CARE_COOKIE = "linli_care"
YEAR = 365 * 24 * 60 * 60


@public
@require_POST
def care(request: HttpRequest) -> HttpResponse:
    """Turn care mode on or off, and go back to the page one came from."""
    after = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    response = redirect(after if own else "/")
    if request.POST.get("care") == "1":
        response.set_cookie(CARE_COOKIE, "1", max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    else:
        response.delete_cookie(CARE_COOKIE, samesite="Lax")
    return response
