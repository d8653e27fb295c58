"""The duty desk: what waits, what is late, and the fifty cases that are due first; and the list of all cases."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.desk import CaseRow, DeskCounts, Filters, desk_counts, listed
from linli.cases.domain.desk import desk as due_first
from linli.cases.domain.queries import classes
from linli.cases.domain.watching import grievances
from linli.cases.enums import Grade, Source
from linli.cases.forms_staff import offer
from linli.cases.sentences import STATES, TONES, shorten
from linli.core.access import needs
from linli.people.middleware import Request
from linli.places.domain.kept import tree
from linli.places.models import Kind
from linli.procedures.domain.queries import Page
from linli.procedures.numbers import read_number

TABS: dict[str, Any] = {
    "": _("All open"),
    "waiting": _("To be sent on"),
    "late": _("Overdue"),
    "soon": _("Due soon"),
    "today": _("Due today"),
}


@dataclass(frozen=True)
class Line:
    """One line of a list, ready to be shown; it has the fields of a clock."""

    url: str
    number: str
    title: str
    text: str
    place: str
    state: Any
    tone: str
    source: Any
    urgent: bool
    opened: Any
    due: Any
    amber: Any
    closed: Any


class ListFilters(forms.Form):
    """What a list is narrowed to; a value that is none of the choices counts as none."""

    words = forms.CharField(label=_("Words or number"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    klass = forms.ChoiceField(label=_("Class"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)

    def __init__(self, *args: Any, below: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs |= {"type": "search", "data-search": "", "autocomplete": "off"}
        offer(self, "state", [("", _("Any")), *STATES.items()])
        offer(self, "klass", [("", _("Any"))] + [(klass.code, klass.title) for klass in classes()])
        offer(self, "place", [("", _("Everywhere")), *_places(below)])

    def chosen(self, name: str) -> str:
        self.is_valid()
        return self.cleaned_data.get(name, "")


def _places(below: str) -> list[tuple[str, str]]:
    """The committees and estates below a path, as the tree has them."""
    shown = (Kind.COMMITTEE, Kind.ESTATE)
    return [
        (place.path, place.title) for place in tree().places if place.kind in shown and place.path.startswith(below)
    ]


@needs("cases.desk")
def desk(request: Request) -> HttpResponse:
    """Open cases below the place of one's post, what is due first on top."""
    at, show = timezone.now(), request.GET.get("show", "")
    show = show if show in TABS else ""
    form = _filters(request)
    if number := read_number(form.chosen("words")):
        return redirect("cases:case", number)
    counts = desk_counts(request.viewer, at)
    page = due_first(request.viewer, _as_filters(form, show=show, at=at), after=request.GET.get("after"))
    context = {"tabs": _tabs(counts, show), "show": show, "form": form, "page": page, "lines": lines(page), "now": at}
    return render(request, "cases/staff/desk.html", context)


def _tabs(counts: DeskCounts, show: str) -> list[tuple[str, Any, int | None, bool]]:
    return [(name, title, getattr(counts, name) if name else None, name == show) for name, title in TABS.items()]


@needs("cases.list")
def all_cases(request: Request) -> HttpResponse:
    """Every case that one's post may see, the newest first."""
    form = _filters(request)
    if number := read_number(form.chosen("words")):
        return redirect("cases:case", number)
    page = listed(request.viewer, _as_filters(form), after=request.GET.get("after"))
    return render(request, "cases/staff/all.html", {"form": form, "page": page, "lines": lines(page)})


@needs("cases.list")
def long_standing(request: Request) -> HttpResponse:
    """Grievances of long standing, each with its owner."""
    base = case_base()
    rows = [(_line(row, base), owner) for row, owner in grievances(request.viewer)]
    return render(request, "cases/staff/grievances.html", {"rows": rows})


def _filters(request: Request) -> ListFilters:
    return ListFilters(request.GET, below=request.viewer.posts[0].place.path)


def _as_filters(form: ListFilters, **more: Any) -> Filters:
    return Filters(form.chosen("state"), form.chosen("klass"), form.chosen("place"), form.chosen("words"), **more)


def lines(page: Page) -> list[Line]:
    """The rows of a page in the words of the reader."""
    base = case_base()
    return [_line(row, base) for row in page.rows]


def case_base() -> str:
    """The address of a case up to its number: reversed once for a whole list."""
    return reverse("cases:case", args=["0"]).removesuffix("0/")


def _line(row: CaseRow, base: str) -> Line:
    return Line(
        url=f"{base}{row.number}/",
        number=row.number,
        title=row.title or str(_("not yet filed")),
        text=shorten(row.text),
        place=row.place_title,
        state=STATES[row.state],
        tone=TONES[row.state],
        source=Source(row.source).label,
        urgent=row.grade == Grade.URGENT and row.closed is None,
        opened=row.opened,
        due=row.due,
        amber=row.amber,
        closed=row.closed,
    )
