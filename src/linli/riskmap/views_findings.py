"""What the checks of Decree 799 found: the list, a case with one tap, and the thresholds that are ours."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.core.access import needs
from linli.core.errors import Invalid, NotFound
from linli.people.forms import carry_over
from linli.people.middleware import Request
from linli.riskmap.domain import queries
from linli.riskmap.domain.findings import check_now as findings_now
from linli.riskmap.domain.findings import open_case, run_checks
from linli.riskmap.domain.yardsticks import BY_NAME, OWN, set_yardstick, yardsticks
from linli.riskmap.forms_cameras import FindingFilters, YardstickForm
from linli.riskmap.shown import said
from linli.sensing.views_devices import reach


@needs("riskmap.see")
@require_safe
def findings(request: Request) -> HttpResponse:
    """Open findings with their article and what to do, then what settled itself last."""
    below = reach(request)
    asked = request.GET.get("rule", "")
    page = queries.findings_page(below, rule=asked)
    form = FindingFilters(request.GET or None, counts=page.counts)
    chosen = yardsticks()
    context = {
        "filters": form, "rows": [(row, said(row.finding)) for row in page.rows], "asked": asked,
        "settled": [(row, said(row.finding)) for row in page.settled], "open": sum(page.counts.values()),
        "may_change": request.user.has_perm("riskmap.change"), "may_case": request.user.has_perm("riskmap.see"),
        "visible": queries.visible_cases([row.finding for row in page.rows], request.viewer),
        "thresholds": [(known, chosen[known.name]) for known in OWN],
    }  # fmt: skip
    return render(request, "riskmap/findings.html", context)


@needs("riskmap.change")
@require_POST
def check_now(request: Request) -> HttpResponse:
    """The checks run once a day by themselves; this is for whoever does not want to wait."""
    done = findings_now(by=request.by, at=timezone.now())
    words = ngettext("%(n)d camera was looked at.", "%(n)d cameras were looked at.", done.cameras) % {"n": done.cameras}
    more = _("%(opened)d found anew, %(settled)d settled.") % {"opened": done.opened, "settled": done.settled}
    messages.success(request, f"{words} {more}")
    return redirect("riskmap:findings")


@needs("riskmap.see")
@require_POST
def make_case(request: Request, pk: int) -> HttpResponse:
    """One tap: the finding goes to whoever answers for it, with its article and what to do."""
    finding = queries.finding_named(pk, below=reach(request))
    case = open_case(finding=finding, by=request.by, at=timezone.now(), action=_action_of(request))
    messages.success(request, _("It is case %(number)s now.") % {"number": case.procedure.number})
    return redirect("riskmap:findings")


def _action_of(request: Request) -> UUID:
    try:
        return UUID(request.POST.get("action", ""))
    except ValueError:
        return uuid4()


@needs("riskmap.change")
@never_cache
@require_http_methods(["GET", "POST"])
def threshold(request: Request, name: str) -> HttpResponse:
    known = BY_NAME.get(name)
    if known is None:
        raise NotFound
    form = YardstickForm(request.POST or None, initial={"value": yardsticks()[name]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            set_yardstick(name=name, value=given["value"], reason=given["reason"], by=request.by, at=timezone.now(),
                          action=given["action"])  # fmt: skip
        except Invalid as wrong:
            carry_over(wrong, form)
        else:
            run_checks(at=timezone.now())
            messages.success(request, _("The threshold holds from now on. The checks looked at every camera again."))
            return redirect("riskmap:findings")
    context = {"form": form, "known": known, "back_url": reverse("riskmap:findings")}
    return render(request, "riskmap/threshold.html", context, status=422 if form.errors else 200)
