"""The papers, to print or as PDF: for staff with the parties' details, for a party with its own."""

from base64 import b64encode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.core.access import needs, public
from linli.core.errors import NotFound
from linli.core.typeset import PDF, can_typeset, why_not
from linli.mediation import papers
from linli.mediation.domain import queries
from linli.mediation.enums import AgreementStatus
from linli.mediation.models import Agreement, Mediation
from linli.mediation.papers import AGREEMENT, APPLICATION, PROOF, Paper, paper_of
from linli.mediation.views.party import participant_of
from linli.mediation.workflow import conducts
from linli.people.middleware import Request

KINDS = (AGREEMENT, APPLICATION, PROOF)
FORM = "pdf"


@needs("mediation.list")
@require_safe
@never_cache
def staff_paper(request: Request, number: str) -> HttpResponse:
    """A paper with the parties' identity numbers and addresses: opening them is written down, for each to read."""
    mediation = queries.visible(number, request.viewer)
    if not conducts(request.by, mediation.procedure):
        raise NotFound
    agreement, kind = _agreement(mediation), _kind(request)
    if kind != AGREEMENT and agreement.status != AgreementStatus.IN_EFFECT:
        raise NotFound
    details: dict[UUID, str] = {}
    if request.GET.get("with") == "details":
        reason = _("for the paper: %(title)s") % {"title": papers.titles()[kind]}
        for one in queries.participants(mediation):
            details[one.pk] = queries.open_details(
                one, what="details", reason=reason, by=request.by, at=timezone.now()
            )  # fmt: skip
    return _answer(
        request, paper_of(kind, mediation, agreement, details=details), reverse("mediation:file", args=[number])
    )


@public
@require_safe
@never_cache
def party_paper(request: Request, number: str) -> HttpResponse:
    """A party's own copy: with its own details; the other's stand on the copy that was handed over."""
    one = participant_of(request, number)
    mediation = one.procedure.mediation
    agreement, kind = _agreement(mediation), _kind(request)
    if kind != AGREEMENT and agreement.status != AgreementStatus.IN_EFFECT:
        raise NotFound
    paper = paper_of(kind, mediation, agreement, details={one.pk: queries.own_details(one)})
    return _answer(request, paper, reverse("mediation:mine", args=[number]))


def _agreement(mediation: Mediation) -> Agreement:
    found = queries.agreement_of(mediation)
    if found is None:
        raise NotFound
    return found


def _kind(request: Request) -> str:
    wanted = request.GET.get("paper", AGREEMENT)
    return wanted if wanted in KINDS else AGREEMENT


def _answer(request: Request, paper: Paper, back: str) -> HttpResponse:
    if request.GET.get("as") == FORM and can_typeset():
        answer = HttpResponse(papers.pdf(paper), content_type=PDF)
        answer["Content-Disposition"] = f'inline; filename="{paper.kind}-{paper.number}.pdf"'
        return answer
    pictures = {
        str(image): b64encode(drawn).decode()
        for _label, _name, image in paper.signers
        if image and (drawn := papers.picture(image))
    }
    query = request.GET.copy()
    query["as"] = FORM
    context = {
        "paper": paper, "back_url": back, "pdf_url": f"{request.path}?{query.urlencode()}" if can_typeset() else "",
        "why_not": why_not(), "signers": [
            {"label": label, "name": name, "picture": pictures.get(str(image), "")}
            for label, name, image in paper.signers
        ],
    }  # fmt: skip
    return render(request, "mediation/paper.html", context)
