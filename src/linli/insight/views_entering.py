"""Figures from outside: one by hand, a table of them, a correction, a withdrawal; and an office's own definitions."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from linli.core import tables
from linli.core.access import needs
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.insight import words
from linli.insight.domain import outside
from linli.insight.domain.defining import UPS, define, known
from linli.insight.domain.definitions import WORDS, Indicator
from linli.insight.domain.figures import Form
from linli.insight.domain.outside import correct_value, enter_value, may_write, whole_path, withdraw_value
from linli.insight.domain.outside_files import COLUMNS, take_table
from linli.insight.domain.periods import last_whole
from linli.insight.enums import Kept, Making, Telling
from linli.insight.forms import places_of
from linli.insight.forms_indicators import (
    CorrectionForm,
    DefinitionForm,
    NewIndicatorForm,
    TableForm,
    ValueForm,
    WithdrawalForm,
)
from linli.insight.models import OutsideValue
from linli.insight.words_indicators import outside_said
from linli.people.enums import Role
from linli.people.forms import carry_over
from linli.people.middleware import Request

EXAMPLE = (
    ("petitions", "2026-01-01", "2026-06-30", "41", "", "", "Petition office, half-year table", "2026-07-10", "", "",
     "office", ""),
    ("fee_rate", "2025-01-01", "2025-12-31", "90.5", "5430", "6000", "Books of the property company", "2026-01-31", "",
     "", "office", ""),
    ("thefts", "2022-01-01", "2022-06-30", "-75", "", "", "Newspaper of 2 August 2022", "2022-08-02",
     "https://example.org/report", "", "reported", ""),
)  # fmt: skip


def _places(request: Request) -> list[tuple[str, str]]:
    """The places of which this post may hand in figures: the whole first, where it may."""
    whole, found = whole_path(), dict(places_of(request.viewer))
    own = [(path, title) for path, title in found.items() if path != whole and may_write(request.by, path)]
    return [*([("", found.get(whole, _("the whole")))] if may_write(request.by, "") else []), *own]


def _wanted(indicators: dict[str, Indicator]) -> list[tuple[Indicator, str]]:
    """What is handed in from outside and lacks its last whole period, with the name of that period."""
    today = timezone.localdate()
    handed = {code: each for code, each in indicators.items() if each.making == Making.OUTSIDE}
    held = outside.in_force(handed).office
    found = []
    for code, each in handed.items():
        last = last_whole(each.span, today)
        if last.first not in {row.first for row in held.get(code, [])}:
            found.append((each, words.title(last)))
    return found


@needs("insight.enter")
@require_http_methods(["GET", "POST"])
def enter(request: Request) -> HttpResponse:
    """One figure by hand."""
    today = timezone.localdate()
    indicators = known(today)
    form = ValueForm(
        request.POST or None, indicators=indicators.values(), places=_places(request), initial=_initial(request)
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = enter_value(
                draft=form.draft(), by=request.by, at=timezone.now(), action=form.cleaned_data["action"]
            )  # fmt: skip
            messages.success(request, _("Kept: %(figure)s.") % {"figure": outside_said(indicators[row.code], row)})
            return redirect("indicators:indicator", row.code)
        except Invalid as wrong:
            carry_over(wrong, form)
    context = {"form": form, "wanted": _wanted(indicators), "back_url": reverse("indicators:indicators")}
    return render(request, "insight/indicators/enter.html", context, status=422 if form.errors else 200)


def _initial(request: Request) -> dict[str, Any]:
    """The indicator that was asked for, and its last whole period."""
    today = timezone.localdate()
    each = known(today).get(request.GET.get("code", ""))
    if each is None:
        return {}
    last = last_whole(each.span, today)
    return {"code": each.code, "first": last.first, "last": last.last}


def _value(request: Request, pk: int) -> OutsideValue:
    """A figure that this post may correct.

    Raises:
        NotFound: there is none.  Refused: it is of another place.
    """
    row = OutsideValue.objects.filter(pk=pk).select_related("post").first()
    if row is None:
        raise NotFound
    if not may_write(request.by, row.place):
        raise Refused
    return row


@needs("insight.enter")
@require_http_methods(["GET", "POST"])
def correct(request: Request, pk: int) -> HttpResponse:
    """The right figure in the place of a wrong one, with the reason."""
    row = _value(request, pk)
    indicators = known(timezone.localdate())
    places = _places(request)
    form = CorrectionForm(
        request.POST or None, indicators=indicators.values(), places=places, initial=_as_written(row, indicators)
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            correct_value(
                value=row, draft=form.draft(), reason=form.cleaned_data["reason"], by=request.by, at=timezone.now(),
                action=form.cleaned_data["action"],
            )  # fmt: skip
            messages.success(request, _("Corrected. The earlier figure is kept."))
            return redirect("indicators:indicator", row.code)
        except Invalid as wrong:
            carry_over(wrong, form)
        except Conflict as second:
            form.add_error(None, str(second.message))
            status = 409
    context = {
        "form": form, "row": row, "said": outside_said(indicators.get(row.code), row),
        "label": indicators[row.code].label, "days": words.days(row.first, row.last),
        "in_force": row.status == Kept.IN_FORCE, "back_url": reverse("indicators:indicator", args=[row.code]),
    }  # fmt: skip
    return render(
        request, "insight/indicators/correct.html", context, status=422 if form.errors and status == 200 else status
    )


def _as_written(row: OutsideValue, indicators: dict[str, Indicator]) -> dict[str, Any]:
    percent = row.telling == Telling.CHANGE or indicators[row.code].form == Form.RATE
    number = row.number * 100 if percent else row.number
    names = ("code", "origin", "first", "last", "telling", "at_least", "above", "n", "source", "source_on",
             "source_url", "note")  # fmt: skip
    place = "" if row.place == whole_path() else row.place
    return {name: getattr(row, name) for name in names} | {"number": float(f"{number:.6g}"), "place": place}


@needs("insight.enter")
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take a figure out of force without another in its place."""
    row = _value(request, pk)
    indicators = known(timezone.localdate())
    form = WithdrawalForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_value(value=row, reason=form.cleaned_data["reason"], by=request.by, at=timezone.now())
            messages.success(request, _("Withdrawn. The figure is kept, and shown no more."))
            return redirect("indicators:indicator", row.code)
        except Conflict as second:
            form.add_error(None, str(second.message))
            status = 409
    context = {
        "form": form, "said": outside_said(indicators.get(row.code), row), "days": words.days(row.first, row.last),
        "label": indicators[row.code].label, "back_url": reverse("indicators:indicator", args=[row.code]),
        "grave": True,
    }  # fmt: skip
    return render(
        request, "insight/indicators/withdraw.html", context, status=422 if form.errors and status == 200 else status
    )


@needs("insight.enter")
@require_http_methods(["GET", "POST"])
def take(request: Request) -> HttpResponse:
    """A table of figures: each bad row is told, and the good ones are taken or none."""
    form = TableForm(request.POST or None, request.FILES or None, places=_places(request))
    reading, taken = None, 0
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)  # a field that is told to be wrong leaves the form's own
        try:
            reading, taken = take_table(
                text=given["table"], rest=given["rest"] == "good", by=request.by, at=timezone.now(),
                place=given["place"],
            )  # fmt: skip
        except Invalid as wrong:
            carry_over(wrong, form)
        if reading is not None and not reading.bad:
            messages.success(request, _taken_words(taken, len(reading.there)))
            return redirect("indicators:indicators")
        # The table is shown again as text, so that it can be put right on the page.
        form = _again(form, given, request)
    context = {
        "form": form, "reading": reading, "taken": taken, "columns": COLUMNS,
        "told": _taken_words(taken, len(reading.there)) if reading and taken else "",
        "indicators": known(timezone.localdate()).values(), "outside": Making.OUTSIDE,
        "back_url": reverse("indicators:enter"),
    }  # fmt: skip
    is_wrong = bool(form.errors) or bool(reading and reading.bad)
    return render(request, "insight/indicators/take.html", context, status=422 if is_wrong else 200)


def _again(form: TableForm, given: dict[str, Any], request: Request) -> TableForm:
    shown = TableForm(
        {"table": given["table"], "rest": given["rest"], "place": given["place"]}, places=_places(request)
    )  # fmt: skip
    shown.is_valid()
    for field, errors in form.errors.items():
        for error in errors:
            shown.add_error(field if field in shown.fields else None, error)
    return shown


def _taken_words(taken: int, there: int) -> str:
    told = ngettext("%(n)d figure was taken.", "%(n)d figures were taken.", taken) % {"n": taken}
    if there:
        told += " " + ngettext("%(n)d was there already.", "%(n)d were there already.", there) % {"n": there}
    return told


@needs("insight.enter")
@require_safe
def example(_request: Request) -> StreamingHttpResponse:
    """A table to take as a pattern."""
    return tables.download("figures.csv", COLUMNS, EXAMPLE)


# --- an office's own definitions


@needs("insight.define")
@require_http_methods(["GET", "POST"])
def change(request: Request, code: str) -> HttpResponse:
    """A new version of a definition."""
    today = timezone.localdate()
    indicator = known(today).get(code)
    if indicator is None:
        raise NotFound
    initial = {"number": indicator.version, "owner": indicator.owner, "since": today}
    form = DefinitionForm(request.POST or None, indicator=indicator, initial=initial)
    return _defining(request, form, code, indicator)


@needs("insight.define")
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """An indicator of one's own, whose figures come from outside."""
    today = timezone.localdate()
    initial = {"number": 0, "since": today, "owner": Role.AREA_LEAD, "up": "neither"}
    form = NewIndicatorForm(request.POST or None, indicator=None, initial=initial)
    return _defining(request, form, "", None)


def _defining(request: Request, form: DefinitionForm, code: str, indicator: Indicator | None) -> HttpResponse:
    status = 200
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            version = define(
                code=code or given["code"], number=given["number"], texts=form.texts, owner=Role(given["owner"]),
                since=given["since"], reason=given["reason"], by=request.by, at=timezone.now(),
                kind=None if indicator else {**given, "up": UPS[given["up"]]},
            )  # fmt: skip
            messages.success(request, _("Kept as version %(n)d.") % {"n": version.number})
            if version.since > timezone.localdate() and indicator is None:
                return redirect("indicators:indicators")
            return redirect("indicators:indicator", version.code)
        except Invalid as wrong:
            carry_over(_by_language(wrong), form)
        except Conflict as second:
            form.add_error(None, str(second.message))
            status = 409
    back = reverse("indicators:indicator", args=[code]) if code else reverse("indicators:indicators")
    context = {"form": form, "indicator": indicator, "back_url": back}
    return render(
        request, "insight/indicators/define.html", context, status=422 if form.errors and status == 200 else status
    )


def _by_language(wrong: Invalid) -> Invalid:
    """What is wrong with a text is told at its Chinese field."""
    return Invalid(fields={f"{name}_zh" if name in WORDS else name: told for name, told in wrong.fields.items()})
