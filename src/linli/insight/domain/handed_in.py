"""The indicators whose numbers others hand in, and those that wait for an app of Linli that is not there yet."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.insight.domain.definitions import FORMULAS, ONLY_A_NUMBER, Indicator
from linli.insight.domain.figures import Form
from linli.insight.enums import Group, Making, Span
from linli.people.enums import Role

POLICE = _("the police station's own statistics, as handed in")
SURVEY = _("a survey of residents, as handed in")
ASKED = _("residents who answered")
WHO_ANSWERS = _("Who answers a survey is not everybody. Compare only years that were asked in the same way.")
CALLS = _("Calls follow the number of residents, reporting habits and police work, not the neighbourhood's work alone.")


def _outside(code: str, label: Any, group: Group, form: Form, up: bool | None, counts: Any, of: Any, source: Any,
             owner: Role, caveats: Any, span: Span, **more: Any) -> Indicator:  # fmt: skip
    return Indicator(
        code=code, label=label, group=group, making=Making.OUTSIDE, form=form, up=up, formula=FORMULAS[form],
        counts=counts, of=of, source=source, owner=owner, caveats=caveats, span=span, public=True, **more,
    )  # fmt: skip


OUTSIDE = (
    _outside("petitions", _("Petitions"), Group.SOFT, Form.COUNT, False, _("petitions registered in the half-year"),
             ONLY_A_NUMBER, _("the petition office's own statistics, as handed in"), Role.DUTY_OFFICER,
             _("Fewer petitions may mean fewer grievances, or that people no longer come."), Span.HALF),
    _outside("police_calls", _("Police calls: criminal and public order"), Group.HARD, Form.COUNT, False,
             _("calls to 110 that became criminal or administrative cases in the half-year"), ONLY_A_NUMBER, POLICE,
             Role.DUTY_OFFICER, CALLS, Span.HALF),
    _outside("thefts", _("Police calls about thefts"), Group.HARD, Form.COUNT, False,
             _("calls to 110 about thefts in the half-year"), ONLY_A_NUMBER, POLICE, Role.DUTY_OFFICER,
             _("Small numbers jump: a fall of three quarters can be a handful of thefts."), Span.HALF),
    _outside("fee_rate", _("Property fees collected"), Group.SOFT, Form.RATE, True, _("fees received for the year"),
             _("fees due for the year"), _("the property companies' books, as handed in"), Role.PROPERTY_MANAGER,
             _("It says nothing of why somebody did not pay. Fees paid late for an earlier year belong to that year."),
             Span.YEAR),
    _outside("happiness", _("Residents who feel happy here"), Group.SERVICE, Form.RATE, True,
             _("those who answered happy or very happy"), ASKED, SURVEY, Role.COMMITTEE_SECRETARY, WHO_ANSWERS,
             Span.YEAR),
    _outside("safety", _("Residents who feel safe here"), Group.HARD, Form.RATE, True,
             _("those who answered safe or very safe"), ASKED, SURVEY, Role.COMMITTEE_SECRETARY, WHO_ANSWERS,
             Span.YEAR),
    _outside("content", _("Residents content with the neighbourhood"), Group.SERVICE, Form.RATE, True,
             _("those who answered content or very content"), ASKED, SURVEY, Role.COMMITTEE_SECRETARY, WHO_ANSWERS,
             Span.YEAR),
    _outside("turnout", _("Turnout of owners' votes"), Group.SOFT, Form.RATE, True,
             _("owners who took part, added up over the votes of the year"),
             _("owners who were called, added up over the votes of the year"),
             _("the owners' committees' records, as handed in"), Role.COMMITTEE_SECRETARY,
             _("A hotly fought vote draws more people than a quiet one."), Span.YEAR),
    _outside("thanks", _("Thanks against complaints"), Group.SERVICE, Form.RATE, True,
             _("letters and calls of thanks"), _("letters and calls of thanks or complaint, together"),
             _("the office's post book, as handed in"), Role.COMMITTEE_SECRETARY,
             _("Banners and letters can be asked for. Read it beside the ratings of cases."), Span.HALF),
)  # fmt: skip


def _waiting(code: str, label: Any, group: Group, form: Form, up: bool | None, counts: Any, of: Any, app: str,
             owner: Role) -> Indicator:  # fmt: skip
    return Indicator(
        code=code, label=label, group=group, making=Making.WAITING, form=form, up=up, formula=FORMULAS[form],
        counts=counts, of=of, source=_("a part of Linli that is not there yet"), owner=owner,
        caveats=_("Not yet computed: no number is shown until Linli keeps the rows that it stands on."), app=app,
    )  # fmt: skip


WAITING = (
    _waiting("patrols", _("Patrol, person-times"), Group.HARD, Form.COUNT, None,
             _("people who went on patrol, added up over the shifts of the period"), ONLY_A_NUMBER, "volunteers",
             Role.AREA_LEAD),
    _waiting("projects", _("Renewal projects accepted"), Group.HARD, Form.COUNT, True,
             _("projects accepted in the period"), ONLY_A_NUMBER, "renewal", Role.PROJECT_LEAD),
    _waiting("decisions_done", _("Decisions of the joint meeting done in time"), Group.SOFT, Form.RATE, True,
             _("those done by the day that was set"), _("decisions that were to be done in the period"),
             "coordination", Role.AREA_LEAD),
    _waiting("proposals", _("Proposals of residents taken up"), Group.SOFT, Form.RATE, True,
             _("those put to a vote or into a project"), _("proposals made in the period"), "assembly",
             Role.COMMITTEE_SECRETARY),
    _waiting("wishes", _("Small wishes fulfilled"), Group.SERVICE, Form.RATE, True,
             _("those that somebody fulfilled"), _("wishes made in the period"), "sharing", Role.COMMITTEE_SECRETARY),
)  # fmt: skip
