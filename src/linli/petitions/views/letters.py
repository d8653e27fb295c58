"""A letter to read, to print, and as PDF: for staff, who address it, and for the petitioner."""

from pathlib import Path
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access import needs, public
from linli.core.typeset import PDF, can_typeset, typeset, why_not
from linli.people.middleware import Request
from linli.petitions.domain.identity import own_people, people_of
from linli.petitions.domain.letters import letter_of
from linli.petitions.domain.opening import Person
from linli.petitions.domain.queries import petition_of
from linli.petitions.letter_words import LetterShown, shown
from linli.petitions.views.public import party_of

TEMPLATE = Path(__file__).parents[1] / "data" / "letter.typ"


@needs("petitions.file")
@never_cache
@require_http_methods(["GET", "POST"])
def letter(request: Request, number: str, uuid: UUID) -> HttpResponse:
    """A letter for staff. To print it with its address line they ask for that: it opens who brings the petition."""
    petition = petition_of(number, request.viewer)
    found, to = letter_of(petition, uuid), _("the petitioner")
    if request.method == "POST":
        reason = _("to address the letter: %(form)s") % {"form": found.get_form_display()}
        to = _names(people_of(petition, by=request.by, reason=reason, at=timezone.now()))
    page = shown(found, petition, to=to)
    if request.POST.get("as") == "pdf":
        return _pdf(page)
    context = {
        "letter": page, "pdf": can_typeset(), "why_not": why_not(), "for_staff": True,
        "addressed": request.method == "POST", "back_url": reverse("petitions:file", args=[number]),
    }  # fmt: skip
    return render(request, "petitions/letter.html", context)


@public
@never_cache
@require_safe
def own_letter(request: Request, number: str, uuid: UUID) -> HttpResponse:
    """A letter for its petitioner."""
    petition = party_of(request, number).procedure.petition
    page = shown(letter_of(petition, uuid), petition, to=_names(own_people(petition)))
    urls = {"pdf_url": reverse("petitions:own_letter_pdf", args=[number, uuid]),
            "back_url": reverse("petitions:own", args=[number])}  # fmt: skip
    return render(request, "petitions/letter.html", {"letter": page, "pdf": can_typeset(), "why_not": "", **urls})


@public
@never_cache
@require_safe
def own_letter_pdf(request: Request, number: str, uuid: UUID) -> HttpResponse:
    petition = party_of(request, number).procedure.petition
    return _pdf(shown(letter_of(petition, uuid), petition, to=_names(own_people(petition))))


def _names(people: list[Person]) -> str:
    return _(", ").join(person.name for person in people if person.name)


def _pdf(page: LetterShown) -> HttpResponse:
    """The name of the file says the number alone."""
    answer = HttpResponse(typeset(TEMPLATE.read_bytes(), page.as_data()), content_type=PDF)
    answer["Content-Disposition"] = f'inline; filename="letter-{page.number}.pdf"'
    return answer
