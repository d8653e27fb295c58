"""Monthly reports: the list, one as a page, its files, and the part that everybody may read."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linli.core.access import needs, public
from linli.core.errors import Invalid, NotFound
from linli.core.typeset import why_not
from linli.insight import report_files, report_words
from linli.insight.domain import periods, reports
from linli.insight.models import Report
from linli.insight.report_shown import shown
from linli.people.middleware import Request

MONTHS = 12
LANGUAGES = {"zh": "zh-hans", "en": "en"}
SAID = {"zh": "中文", "en": "English"}


@needs("insight.reports")
@require_safe
def office(request: Request) -> HttpResponse:
    """The months that have a report, and a form for those that have none."""
    made = reports.reports()
    begun, today = reports.first_whole_month(), timezone.localdate()
    months = [month.first for month in periods.whole_months(today, MONTHS) if begun and month.first >= begun]
    context = {
        "rows": [
            (report, report_words.month_title(report.month), _links(report, open_to_all=False)) for report in made
        ],
        "months": [(f"{month:%Y-%m}", report_words.month_title(month)) for month in months],
        "may_make": request.user.has_perm("insight.make_reports"),
    }
    return render(request, "insight/reports/office.html", context)


@needs("insight.make_reports")
@require_POST
def new(request: Request) -> HttpResponse:
    """Have a month's report made, as a further version where there is one."""
    month = _month_of(request.POST.get("month", ""))
    if month is None or periods.months_on(month, 1) > timezone.localdate():
        raise Invalid(_("Choose a month that is over."))
    reports.ask_for_report(month=month, by=request.by, at=timezone.now())
    title = report_words.month_title(month)
    messages.success(request, _("The report %(month)s is being made. Look again in a minute.") % {"month": title})
    return redirect("reports:office")


def _month_of(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@needs("insight.reports")
@require_safe
def report(request: Request, year: int, month: int, version: int | None = None) -> HttpResponse:
    return _page(request, reports.report_of(_first(year, month), version), open_to_all=False)


@public
@require_safe
def public_report(request: Request, year: int, month: int, version: int | None = None) -> HttpResponse:
    """What everybody may read of a month: the same page without what is small or only for the office."""
    return _page(request, reports.report_of(_first(year, month), version), open_to_all=True)


@public
@require_safe
def public_list(request: Request) -> HttpResponse:
    made = [
        (report, report_words.month_title(report.month), _links(report, open_to_all=True))
        for report in reports.reports()
    ]
    return render(request, "insight/reports/public_list.html", {"rows": made})


def _first(year: int, month: int) -> date:
    try:
        return date(year, month, 1)
    except ValueError:
        raise NotFound from None


def _page(request: Request, report: Report, *, open_to_all: bool) -> HttpResponse:
    view = "reports:public_version" if open_to_all else "reports:version"
    versions = [
        (each.version, reverse(view, args=[each.month.year, each.month.month, each.version]), each.pk == report.pk)
        for each in reports.versions_of(report.month)
    ]
    context: dict[str, Any] = {
        "report": report,
        "shown": shown(report, public=open_to_all),
        "versions": versions,
        "is_newest": versions[0][2],
        "newest": versions[0][1],
        "files": _links(report, open_to_all=open_to_all),
        "no_pdf": why_not(),
        "open_to_all": open_to_all,
        "layout": "core/base.html" if open_to_all else "core/staff.html",
        "back": reverse("reports:public" if open_to_all else "reports:office"),
    }
    return render(request, "insight/reports/report.html", context)


def _links(report: Report, *, open_to_all: bool) -> list[tuple[str, str]]:
    """Label and address of each file there is."""
    view = "reports:public_file" if open_to_all else "reports:file"
    there = reports.kinds_of(report, public=open_to_all)
    found = []
    for kind in (report_files.PDF, report_files.XLSX):
        for short, language in LANGUAGES.items():
            if (language, kind) in there:
                given = [report.month.year, report.month.month, report.version, short, kind]
                found.append((f"{kind.upper()} {SAID[short]}", reverse(view, args=given)))
    return found


@needs("insight.reports")
@require_safe
def file(_request: Request, year: int, month: int, version: int, language: str, kind: str) -> HttpResponse:
    return _file(_first(year, month), version, language, kind, open_to_all=False)


@public
@require_safe
def public_file(_request: Request, year: int, month: int, version: int, language: str, kind: str) -> HttpResponse:
    return _file(_first(year, month), version, language, kind, open_to_all=True)


def _file(month: date, version: int, language: str, kind: str, *, open_to_all: bool) -> HttpResponse:
    if language not in LANGUAGES or kind not in report_files.MIME:
        raise NotFound
    report = reports.report_of(month, version)
    found = reports.file_of(report, public=open_to_all, language=LANGUAGES[language], kind=kind)
    response = HttpResponse(bytes(found.content), content_type=report_files.MIME[kind])
    whose = "public-" if open_to_all else ""
    name = f"report-{whose}{month:%Y-%m}-v{version}-{language}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
