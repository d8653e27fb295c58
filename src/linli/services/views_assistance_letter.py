"""The letters of assistance, to read, to print and as PDF: for the person, and for the posts that work on it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access import needs, public
from linli.core.typeset import PDF, can_typeset, why_not
from linli.people.middleware import Request
from linli.procedures.models import Party
from linli.services import letter_words
from linli.services.domain import assistance_file as files
from linli.services.domain.assistance_letters import letter_told, letters_of, open_for_letter, own_part
from linli.services.letter_words import Letter
from linli.services.models_assistance import Assistance
from linli.services.views_assistance import own_part_of

WORK = "procedures.inbox"


@public
@never_cache
@require_safe
def own(request: Request, key: UUID) -> HttpResponse:
    """A letter for the person it is written to."""
    assistance, person = own_part_of(request, key)
    told = letter_told(assistance, person, _which(request))
    page = letter_words.letter(told, **own_part(told))
    if request.GET.get("as") == "pdf":
        return _pdf(page)
    address = reverse("bookings:assistance_letter", args=[key])
    context = {
        "pdf_url": f"{address}?line={told.line.seq}&as=pdf" if can_typeset() else "", "why_not": "",
        "back_url": reverse("bookings:assistance_own", args=[key]),
        "others": _others(assistance, person, told.line.seq, address),
    }  # fmt: skip
    return render(request, "services/assistance/letter.html", {"letter": page, **context})


@needs(WORK)
@never_cache
@require_http_methods(["GET", "POST"])
def staff(request: Request, key: UUID) -> HttpResponse:
    """A letter for staff. They ask for the name in it: that opens what is sealed, and it is kept that they did."""
    assistance = files.assistance_for(key, request.viewer)
    person = files.person_of(assistance.procedure)
    told, opened = letter_told(assistance, person, _which(request)), {}
    if request.method == "POST":
        reason = _("to write the letter: %(title)s") % {"title": letter_words.titles()[told.line.kind]}
        opened = open_for_letter(told, person, reason=reason, by=request.by, at=timezone.now())
    page = letter_words.letter(told, **opened)
    if request.POST.get("as") == "pdf":
        return _pdf(page)
    address = reverse("bookings:assistance_file_letter", args=[key])
    context = {
        "for_staff": True, "addressed": request.method == "POST", "pdf": can_typeset(), "why_not": why_not(),
        "back_url": reverse("bookings:assistance_file", args=[key]),
        "others": _others(assistance, person, told.line.seq, address),
    }  # fmt: skip
    return render(request, "services/assistance/letter.html", {"letter": page, **context})


def _which(request: Request) -> int | None:
    given = request.GET.get("line", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _others(assistance: Assistance, person: Party, seq: int, address: str) -> list[tuple[str, str, object]]:
    """The other letters of this file: address, title, when."""
    titles = letter_words.titles()
    return [
        (f"{address}?line={line.seq}", titles[line.kind], line.at)
        for line in letters_of(assistance, person)
        if line.seq != seq
    ]


def _pdf(page: Letter) -> HttpResponse:
    """The name of the file says the number alone."""
    answer = HttpResponse(letter_words.pdf(page), content_type=PDF)
    answer["Content-Disposition"] = f'inline; filename="letter-{page.number}.pdf"'
    return answer
