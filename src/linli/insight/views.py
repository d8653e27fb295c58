"""The figures of case handling, the cases behind each, and how they were last held to the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from linli.cases.views.desk import lines
from linli.core.access import needs, public
from linli.insight import export, words
from linli.insight.domain import periods, queries
from linli.insight.domain.comparing import ask_to_compare, last_comparison
from linli.insight.domain.figures import BY_NAME, IN_PUBLIC, Value, value_of
from linli.insight.domain.measures import MEASURES
from linli.insight.enums import By
from linli.insight.names import MEASURE_NAMES
from linli.insight.shown import OUTSIDE, ask, board, table
from linli.people.middleware import Request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PUBLIC_MONTHS = 12


@needs("insight.figures")
@require_safe
def figures(request: Request) -> HttpResponse:
    """How cases are handled where one's post looks after them."""
    asked = ask(request.GET, request.viewer, timezone.localdate())
    shown = board(asked)
    context = {
        "asked": asked,
        "board": shown,
        "table": table(asked),
        "tabs": [(label, asked.link("insight:figures", by=name), name == asked.by) for name, label in By.choices],
        "title": words.title(asked.period),
        "counted": words.counted(asked.period),
        "before": words.counted(shown.before),
        "year": words.counted(shown.year),
        "csv": asked.link("insight:csv"),
        "xlsx": asked.link("insight:xlsx"),
    }
    return render(request, "insight/figures.html", context)


@needs("insight.figures")
@require_safe
def cases(request: Request) -> HttpResponse:
    """The cases that a figure counts."""
    asked = ask(request.GET, request.viewer, timezone.localdate())
    measure = request.GET.get("measure", "")
    measure = measure if measure in MEASURES else "reported"
    page = queries.listed(asked.scope, measure, asked.period, asked.today, after=request.GET.get("after"))
    sums = queries.read(asked.scope, [asked.period], asked.today)[asked.period]
    context = {
        "asked": asked,
        "what": MEASURE_NAMES[measure],
        "number": sums[measure],
        "lines": lines(page.rows),
        "page": page,
        "counted": words.counted(asked.period),
        "narrowed": _narrowed(asked),
        "back": asked.link("insight:figures"),
    }
    return render(request, "insight/list.html", context)


def _narrowed(asked: Any) -> list[str]:
    """The choices that narrow the list, as they are called."""
    chosen = [(asked.form.fields[name].choices, asked.form.chosen(name)) for name in ("klass", "place", "organisation")]
    return [str(dict(choices)[value]) for choices, value in chosen if value]


@needs("insight.figures")
@require_safe
def download_csv(request: Request) -> HttpResponse:
    asked = ask(request.GET, request.viewer, timezone.localdate())
    content = export.as_csv(asked, board(asked), table(asked))
    return _file(content, "text/csv; charset=utf-8", f"figures-{asked.period.first}.csv")


@needs("insight.figures")
@require_safe
def download_workbook(request: Request) -> HttpResponse:
    asked = ask(request.GET, request.viewer, timezone.localdate())
    content = export.as_workbook(asked, board(asked), table(asked))
    return _file(content, XLSX, f"figures-{asked.period.first}.xlsx")


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True)
class PublicRow:
    name: Any
    cells: Sequence[tuple[Any, Value, str]]


PUBLIC_TABS = ((By.KLASS, _("by kind of report")), (By.PLACE, _("by estate")))


@public
@require_safe
def public_figures(request: Request) -> HttpResponse:
    """What everybody may read: whole months, by class or by estate, over five cases at least."""
    today = timezone.localdate()
    months = periods.whole_months(today, PUBLIC_MONTHS)
    month = next((each for each in months if each.first.isoformat() == request.GET.get("month")), months[0])
    by = By.PLACE if request.GET.get("by") == By.PLACE else By.KLASS
    chosen = [BY_NAME[name] for name in IN_PUBLIC]
    found = queries.public_table(month, by, today, [(figure.name, figure.denominator) for figure in chosen])

    def cells(sums: Any, guarded: frozenset[str] = frozenset()) -> list[tuple[Any, Value, str]]:
        values = [value_of(figure, sums, guarded=figure.name in guarded) for figure in chosen]
        return [(value.figure.label, value, words.value(value)) for value in values]

    context = {
        "month": month,
        "title": words.title(month),
        "months": [(each.first.isoformat(), words.title(each)) for each in months],
        "by": by,
        "tabs": [(name.value, label, name == by) for name, label in PUBLIC_TABS],
        "figures": chosen,
        "whole": cells(found.whole),
        "rows": [PublicRow(row.name or OUTSIDE[by], cells(row.sums, row.guarded)) for row in found.rows],
    }
    return render(request, "insight/public.html", context)


@needs("insight.check")
@require_safe
def check(request: Request) -> HttpResponse:
    """What the last comparison of sums and rows found."""
    return render(request, "insight/check.html", {"last": last_comparison()})


@needs("insight.check")
@require_POST
def check_now(request: Request) -> HttpResponse:
    ask_to_compare(by=request.by, at=timezone.now())
    return redirect("insight:check")
