"""A case beside the desk's list: what was reported, where it stands, and its next move."""

from django.http import HttpResponse
from django.shortcuts import render

from linli.cases.domain.dossier import read_dossier
from linli.cases.views.case import page_of
from linli.core.access import needs
from linli.people.middleware import Request

LAST = 3  # lines of the story


@needs("cases.desk")
def preview(request: Request, number: str) -> HttpResponse:
    """A part of a page, for the pane beside the list."""
    page = page_of(request, read_dossier(number, viewer=request.viewer, by=request.by))
    return render(request, "cases/staff/preview.html", {**page, "story": page["story"][-LAST:]})
