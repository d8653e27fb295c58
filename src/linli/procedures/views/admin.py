"""The administrator's start page, our own time limits, and the calendar of working days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from linli.core.access import needs
from linli.core.forms import DayInput, KitForm
from linli.lawbook.calendars import calendar_from_chinesecalendar
from linli.people.middleware import Request
from linli.people.views.asking import ask
from linli.procedures.domain.limits import calendar, load_calendar, local_rules, set_local_rule
from linli.procedures.domain.queries import calendar_in_force, provisional_clocks
from linli.procedures.models import LocalRule
from linli.procedures.registry import kinds
from linli.procedures.sentences import UNIT_NAMES, clock_name, duration


@dataclass(frozen=True)
class Door:
    """One page of the administrator's, and what is done there."""

    view: str
    title: Any
    does: Any
    needs: str


DOORS = (
    Door("people:office", _("People and posts"), _("organisations, posts, who holds them"), "people.manage"),
    Door("people:roster", _("Duty roster"), _("who is on duty, and when"), "people.roster"),
    Door("people:acts", _("Log of changes"), _("what administrators changed"), "people.acts"),
    Door("places:tree", _("Places"), _("estates, buildings, grid cells, and their files"), "places.manage"),
    Door("petitions:office", _("Petition desk"), _("its address, opening hours and telephone"), "petitions.office"),
    Door("cases:classes", _("Classes of case"), _("conditions, time limits, publicity"), "cases.classes"),
    Door("cases:answers", _("Who answers for what"), _("classes against places, and the gaps"), "cases.classes"),
    Door("cases:rules", _("Routing rules"), _("where a case goes, and how urgent it is"), "cases.classes"),
    Door("cases:triage", _("Reading of classes"), _("how well messages are read, and learning again"), "cases.triage"),
    Door("cases:import", _("Take in messages"), _("a file of messages becomes cases"), "cases.import"),
    Door("procedures:rules", _("Our own time limits"), _("shorter than the law's"), "procedures.manage"),
    Door("procedures:calendar", _("Calendar"), _("years whose working days are known"), "procedures.manage"),
    Door("core:condition", _("Condition"), _("backup, disk, clock and what else could be wrong"), "core.jobs"),
    Door("insight:check", _("Figures held to the rows"), _("what the last comparison found"), "insight.check"),
    Door("core:jobs", _("Jobs"), _("work in the background, and what failed"), "core.jobs"),
    Door("core:deliveries", _("Messages sent"), _("and what became of them"), "core.deliveries"),
    Door("core:assessments", _("Impact assessments"), _("what our use of data risks"), "core.assessments"),
)


@needs("procedures.manage")
def admin(request: Request) -> HttpResponse:
    """Where everything that is set up, and not worked on, is found."""
    doors = [(door, url) for door in DOORS if request.user.has_perm(door.needs) and (url := _address(door.view))]
    return render(request, "procedures/admin.html", {"doors": doors})


def _address(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:  # an installation may leave an app out
        return ""


def _clocks() -> list[tuple[str, str]]:
    """Every clock that a workflow starts, with what it waits for."""
    workflows = [kind.workflow for kind in kinds().values()]
    names = {name for flow in workflows for move in flow.moves.values() for name in move.starts}
    names |= {name for flow in workflows for name in flow.opens}
    return sorted((name, clock_name(name)) for name in names)


class LocalRuleForm(KitForm):
    clock = forms.ChoiceField(label=_("Time limit for"), choices=_clocks)
    amount = forms.IntegerField(label=_("How many"), min_value=1, max_value=10_000)
    unit = forms.ChoiceField(label=_("Of what"), choices=list(UNIT_NAMES.items()))
    effective_from = forms.DateField(label=_("From"), widget=DayInput)
    effective_to = forms.DateField(
        label=_("Until, not included"),
        widget=DayInput,
        required=False,
        help_text=_("Leave it empty where it has no end."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("It stands under every date that this rule sets."),
    )


@needs("procedures.manage")
def rules(request: Request) -> HttpResponse:
    """Our own limits, the newest first; what is over stays readable."""
    today = timezone.localdate()
    shown = [
        {
            "rule": rule,
            "clock": clock_name(rule.clock),
            "limit": duration(rule.amount, rule.unit),
            "state": _standing(rule, today),
        }
        for rule in local_rules()
    ]
    return render(request, "procedures/rules.html", {"rules": shown})


def _standing(rule: LocalRule, today: date) -> tuple[Any, str]:
    """Whether a rule holds, in a word and its tone."""
    if rule.effective_to is not None and rule.effective_to <= today:
        return _("over"), "off"
    return (_("to come"), "new") if rule.effective_from > today else (_("in force"), "done")


@needs("procedures.manage")
def new_rule(request: Request) -> HttpResponse:
    form = LocalRuleForm(request.POST or None, initial={"effective_from": timezone.localdate()})

    def create(given: Mapping[str, Any]) -> None:
        set_local_rule(kind="", by=request.by, at=timezone.now(), **given)

    return ask(
        request,
        form,
        create,
        back=reverse("procedures:rules"),
        heading=_("New time limit of our own"),
        button=_("Set it"),
        lead=_("It holds for what begins from that day on. What runs already keeps its date."),
    )


@needs("procedures.manage")
def calendar_page(request: Request) -> HttpResponse:
    """Which years of working days are known, and how many dates reach beyond them."""
    days = calendar()
    years = [
        {"year": number, "rest": len(year.rest), "work": len(year.work)} for number, year in sorted(days.years.items())
    ]
    context = {
        "years": years,
        "loaded": calendar_in_force(),
        "provisional": provisional_clocks(),
        "hours": days.office_hours,
    }
    return render(request, "procedures/calendar.html", context)


@needs("procedures.manage")
@require_POST
def load_published(request: Request) -> HttpResponse:
    """Load what is published of last year, this year and the next two."""
    this_year = timezone.localdate().year
    published = calendar_from_chinesecalendar(range(this_year - 1, this_year + 3))
    load_calendar(data=published.as_data(), source=published.version, at=timezone.now(), by=request.by)
    return redirect("procedures:calendar")
