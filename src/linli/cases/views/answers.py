"""Who answers for what: classes against places with their gaps, one cell of it, and the same as a file."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.cases.domain.catalogue import catalogue, in_force
from linli.cases.domain.classes import known_basis
from linli.cases.domain.duties import add_duty, answer, end_duty, matrix, rows_for
from linli.cases.domain.duty_files import MOST_BYTES, Taken, duties_csv, take_duties
from linli.cases.domain.routing import day_of
from linli.cases.enums import Share
from linli.cases.forms_classes import DutiesFileForm, DutyForm, EndForm, open_organisations
from linli.cases.models import CaseClass, Responsibility
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound
from linli.lawbook import book
from linli.people.enums import Role
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.people.views.asking import reach
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.models import Kind, Place
from linli.procedures.sentences import law_of, title_of

MOST_COLUMNS = 12  # estates side by side; where there are more, one committee is shown at a time


@needs("cases.classes")
def answers(request: Request) -> HttpResponse:
    """The table: every class at every estate, with gaps, overlaps and vacant posts. No statement grows with it."""
    now, on = timezone.now(), _day(request)
    groups = _groups(request)
    chosen = next((place for place in groups if place.path == request.GET.get("place")), None)
    estates = tree().of_kind(Kind.ESTATE, below=chosen.path if chosen else reach(request).path)
    if chosen is None and len(estates) > MOST_COLUMNS:
        chosen = groups[0]
        estates = tree().of_kind(Kind.ESTATE, below=chosen.path)
    rows = matrix(estates, on=on, at=now)
    states = [cell.state for _klass, cells in rows for cell in cells]
    context = {
        "rows": [(klass, [_cell(cell) for cell in cells]) for klass, cells in rows],
        "estates": estates,
        "counts": {name: states.count(name) for name in ("gap", "overlap", "vacant")},
        "groups": groups,
        "chosen": chosen,
        "on": on,
        "today": on == day_of(now),
    }
    return render(request, "cases/staff/answers.html", context)


def _groups(request: Request) -> list[Place]:
    return tree().of_kind(Kind.COMMITTEE, below=reach(request).path)


def _day(request: Request) -> date:
    """The day that is asked for, or today."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return day_of(timezone.now())


def _cell(cell: Any) -> dict[str, Any]:
    return {
        "state": cell.state,
        "lead": Role(cell.post.role).label if cell.post else "",
        "leads": cell.leads,
        "helpers": len(cell.helpers),
        "place": cell.place.title,
        "url": reverse("cases:answer", args=[cell.klass.code, cell.place.path]),
    }


@needs("cases.classes")
def one_answer(request: Request, code: str, path: str) -> HttpResponse:
    """One cell: who answers and helps, under which rows, what is scheduled; and the form that adds a row."""
    klass, place = _class_and_place(request, code, path)
    form = DutyForm(
        request.POST or None, klass=klass, place=place, organisations=open_organisations(), initial={"place": path}
    )
    if request.method == "POST" and form.is_valid():
        try:
            add_duty(duty=form.duty(), by=request.by, at=timezone.now())
            return redirect("cases:answer", code, path)
        except Invalid as wrong:
            carry_over(wrong, form)
    return _show(request, klass, place, form)


def _class_and_place(request: Request, code: str, path: str) -> tuple[CaseClass, Place]:
    klass = next((each for each in catalogue().classes if each.code == code), None)
    place = tree().by_path.get(path)
    if klass is None or place is None or not place.path.startswith(reach(request).path):
        raise NotFound
    return klass, place


def _show(request: Request, klass: CaseClass, place: Place, form: DutyForm, told: str = "") -> HttpResponse:
    now = timezone.now()
    today = day_of(now)
    context = {
        "klass": klass,
        "place": place,
        "place_title": full_title(place),
        "cell": answer(klass, place, today, now),
        "helpers": [Role(role).label for role in answer(klass, place, today, now).helpers],
        "rows": [_row(row, today) for row in rows_for(klass, place)],
        "form": form,
        "end_form": EndForm(auto_id=False),
        "told": told,
    }
    return render(request, "cases/staff/answer.html", context, status=409 if told else 422 if form.errors else 200)


def _row(row: Responsibility, today: date) -> dict[str, Any]:
    scheduled = row.since is not None and row.since > today
    return {
        "row": row,
        "for_all": row.klass_id is None,
        "share": Share(row.share).label,
        "role": Role(row.role).label,
        "place": full_title(row.place),
        "basis": basis_words(row.basis),
        "state": "scheduled" if scheduled else "now" if in_force(row, today) else "ended",
        "since": row.since.isoformat() if row.since else "",
        "until": row.until.isoformat() if row.until else "",
    }


def basis_words(name: str) -> str:
    """A rule of the lawbook by its law and article; "" for none."""
    if not name or not known_basis(name):
        return ""
    rule = book().versions(name)[-1]
    if not rule.article:
        return title_of(rule)
    return _("%(law)s, art. %(article)s") % {"law": law_of(rule), "article": rule.article}


@needs("cases.classes")
@require_POST
def end(request: Request, code: str, path: str, pk: int) -> HttpResponse:
    """Let a row end on a day."""
    klass, place = _class_and_place(request, code, path)
    row = next((row for row in rows_for(klass, place) if row.pk == pk), None)
    form = EndForm(request.POST)
    if row is None:
        raise NotFound
    if form.is_valid():
        try:
            end_duty(duty=row, shown=row.until, until=form.cleaned_data["until"], by=request.by, at=timezone.now())
        except Conflict:
            messages.warning(request, _("Somebody else ended this row in the meantime."))
    else:
        messages.warning(request, _("Choose the day from which it no longer holds."))
    return redirect("cases:answer", code, path)


@needs("cases.classes")
def export(request: Request) -> StreamingHttpResponse:
    """The table as CSV."""
    response = StreamingHttpResponse(duties_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="who-answers.csv"'
    return response


@needs("cases.classes")
def take(request: Request) -> HttpResponse:
    """Take such a file; where one row is bad nothing is taken, and each bad row is named."""
    form = DutiesFileForm(request.POST or None, request.FILES or None)
    taken: Taken | None = None
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data["file"].read(MOST_BYTES + 1)
            taken = take_duties(data=data, by=request.by, at=timezone.now())
        except Invalid as wrong:
            carry_over(wrong, form)
    bad = form.errors or (taken and taken.bad)
    return render(request, "cases/staff/answers_take.html", {"form": form, "taken": taken}, status=422 if bad else 200)
