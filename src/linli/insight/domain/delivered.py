"""The indicators that Linli computes from its own rows, as delivered."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.insight.domain.definitions import (
    FORMULAS,
    ONLY_A_NUMBER,
    Apps,
    CallOuts,
    Cases,
    Indicator,
    Looks,
    Story,
    Troubles,
)
from linli.insight.domain.figures import BY_NAME, STORY, Form
from linli.insight.enums import Group, Making
from linli.people.enums import Role

DISORDERS = ("parking", "piling", "charging", "structures", "posting")
FIRE = ("fire_lane", "charging", "fire")
EQUIPMENT = ("lighting", "facility", "manhole", "leak", "lift")

AS_THEY_STAND = _("Counted as the cases stand now; earlier periods have had longer to finish what was late.")
REPORTS_ARE_NOT_FACTS = _(
    "A report is what somebody noticed and said. More reports may mean more trouble, or more trust in being heard."
)
FEW_RATE = _("Whoever is content or angry says so more often than others; it is no survey.")
DEVICES = _("troubles that devices called, and what was found there")
STATION = _("book of the mini fire station")
HAZARDS = _("files of hazards: notices and second looks")
PREMISES = _("register of premises")
MEDIATIONS = _("files of mediations; only their number")
PETITIONS = _("time limits of petitions; only their number")
REQUESTS = _("requests at the service window")
LOOKED = _("hourly looks at the register of devices")


def _case(
    figure: str, code: str, group: Group, owner: Role, caveats: Any, *, klasses: tuple[str, ...] = (), **more: Any
) -> Indicator:
    """An indicator that says what a figure of case handling says, of all classes or of some."""
    told = BY_NAME[figure]
    given = {
        "label": told.label, "form": told.form, "up": told.up, "counts": told.counts, "of": told.of,
        "source": told.source, "formula": FORMULAS[told.form], **more,
    }  # fmt: skip
    return Indicator(
        code=code, group=group, making=Making.COMPUTED, owner=owner, caveats=caveats,
        way=Cases(told.numerator, told.denominator, klasses), **given,
    )  # fmt: skip


def _own(code: str, label: Any, group: Group, form: Form, up: bool | None, way: Any, counts: Any, of: Any, source: Any,
         owner: Role, caveats: Any, **more: Any) -> Indicator:  # fmt: skip
    return Indicator(
        code=code, label=label, group=group, making=Making.COMPUTED, form=form, up=up, formula=FORMULAS[form],
        counts=counts, of=of, source=source, owner=owner, caveats=caveats, way=way, **more,
    )  # fmt: skip


HARD = (
    _case("reported", "five_disorders", Group.HARD, Role.AREA_LEAD, REPORTS_ARE_NOT_FACTS, klasses=DISORDERS,
          label=_("Reports of the five disorders"), up=False, public=True, within="reported",
          counts=_("reports received in the period of parking in the way, things left in common parts, unsafe "
                   "charging, lean-tos, and posters and stalls"),
          of=ONLY_A_NUMBER),
    _case("in_time", "disorders_in_time", Group.HARD, Role.AREA_LEAD, AS_THEY_STAND, klasses=DISORDERS,
          label=_("Five disorders closed in time")),
    _case("reported", "fire_reports", Group.HARD, Role.DUTY_OFFICER, REPORTS_ARE_NOT_FACTS, klasses=FIRE,
          label=_("Reports about fire safety"), up=False,
          counts=_("reports received in the period of blocked fire lanes, unsafe charging and fire alarms"),
          of=ONLY_A_NUMBER),
    _case("in_time", "equipment_in_time", Group.HARD, Role.PROPERTY_MANAGER, AS_THEY_STAND, klasses=EQUIPMENT,
          label=_("Broken equipment put right in time")),
    _own("devices_heard", _("Devices that are heard"), Group.HARD, Form.RATE, True, Looks("devices_heard"),
         _("those that had not missed three messages"),
         _("running devices that send at fixed times, counted once for each hourly look"), LOOKED, Role.PROJECT_LEAD,
         _("Counted only from the day on which Linli began to look; devices of the care check are left out."),
         public=True),
    _own("devices_checked", _("Devices whose check is not overdue"), Group.HARD, Form.RATE, True,
         Looks("devices_checked"), _("those whose next check lies ahead"),
         _("running devices for which a check is planned, counted once for each hourly look"), LOOKED,
         Role.PROJECT_LEAD, _("It says that somebody looked, not what they found."), public=True),
    _own("alarms", _("Alarms of devices"), Group.HARD, Form.COUNT, None, Troubles("called", "called"),
         _("troubles that devices called in the period and that opened a case"), ONLY_A_NUMBER,
         DEVICES, Role.DUTY_OFFICER,
         _("More devices call more often. Several alerts of one trouble count once. The care check is left out."),
         public=True),
    _own("alarms_needed", _("Alarms that needed somebody"), Group.HARD, Form.RATE, True, Troubles("needed", "judged"),
         _("those where it was so and needed somebody"),
         _("alarms of the period of which somebody said what was found"), DEVICES, Role.DUTY_OFFICER,
         _("Only alarms that were judged count; those that nobody went to are missing.")),
    _own("alarm_answer", _("Time until an alarm is answered"), Group.HARD, Form.MEAN, False,
         Troubles("wait", "answered"), _("the mean time from the first call of a duty phone to the first answer"),
         _("alarms of the period that somebody answered"), DEVICES, Role.DUTY_OFFICER,
         _("Alarms that nobody answered have no time and are not in it.")),
    _own("call_outs", _("Call-outs of the mini fire station"), Group.HARD, Form.COUNT, None,
         CallOuts("calls", "calls"), _("calls of the mini fire station in the period"),
         ONLY_A_NUMBER, STATION, Role.DUTY_OFFICER,
         _("Drills that were called like an alarm are in it.")),
    _own("on_scene", _("Mini fire station there within three minutes"), Group.HARD, Form.RATE, True,
         CallOuts("in_time", "judged"), _("those on the scene within three minutes of the call"),
         _("call-outs of the period, without those still within their three minutes"), STATION, Role.DUTY_OFFICER,
         _("Whoever forgets to press “there” counts as late."), public=True),
    _own("scene_time", _("Time until the mini fire station is there"), Group.HARD, Form.MEAN, False,
         CallOuts("way", "there"), _("the mean time from the call to the scene"),
         _("call-outs of the period that reached the scene"), STATION, Role.DUTY_OFFICER,
         _("Call-outs without an arrival have no time and are not in it.")),
    _own("hazards_in_time", _("Hazards put right in time"), Group.HARD, Form.RATE, True, Apps("hazards_in_time"),
         _("those found put right at the second look, in time"), _("hazards whose limit ends in the period"), HAZARDS,
         Role.DUTY_OFFICER,
         _("The limit is that of the first notice. What was passed on to a department is not in it.")),
    _own("premises", _("Chess and card rooms closed or put right"), Group.HARD, Form.COUNT, None, Apps("premises"),
         _("premises that closed or put themselves right in the period"), ONLY_A_NUMBER, PREMISES,
         Role.DEPARTMENT_HANDLER,
         _("It counts what was found at visits. A room without a visit is in neither number.")),
)  # fmt: skip

SOFT = (
    _case("right_dispatch", "right_dispatch", Group.SOFT, Role.DUTY_OFFICER,
          _("A post may keep what is not its own out of kindness; then it counts as sent right.")),
    _case("rework", "rework", Group.SOFT, Role.AREA_LEAD, AS_THEY_STAND),
    _case("reopened", "reopened", Group.SOFT, Role.AREA_LEAD,
          _("Reporters can reopen for two weeks or so after the answer; the last weeks are still too low."),
          public=True),
    _case("late", "late", Group.SOFT, Role.AREA_LEAD, AS_THEY_STAND),
    _own("together", _("Others asked to help"), Group.SOFT, Form.COUNT, None, Story("ask_help"),
         _("times in the period that a post was asked to help with a case that another handles"),
         ONLY_A_NUMBER, STORY, Role.AREA_LEAD,
         _("It counts the asking. Whether the help was good is not in it.")),
    _own("supervised", _("Cases supervised from above"), Group.SOFT, Form.COUNT, None, Story("supervise"),
         _("times in the period that an area lead or duty officer took a case under supervision"),
         ONLY_A_NUMBER, STORY, Role.DUTY_OFFICER,
         _("Few may mean that all goes well, or that nobody looks.")),
    _own("more_time", _("More time given"), Group.SOFT, Form.COUNT, False, Story("extend"),
         _("times in the period that a limit was extended"), ONLY_A_NUMBER, STORY,
         Role.AREA_LEAD, _("What is due and extended is then in time; read the two together.")),
    _own("grievances_taken", _("Long-standing grievances taken charge of"), Group.SOFT, Form.COUNT, None,
         Story("take_charge"), _("times in the period that a grievance of long standing was given an owner"),
         ONLY_A_NUMBER, STORY, Role.COMMITTEE_SECRETARY,
         _("A grievance that changes its owner counts again.")),
    _own("grievances_settled", _("Long-standing grievances settled"), Group.SOFT, Form.COUNT, True, Story("settle"),
         _("times in the period that a grievance of long standing was settled"), ONLY_A_NUMBER,
         STORY, Role.COMMITTEE_SECRETARY, _("The office says that it is settled; the resident may see it otherwise.")),
    _own("saw_the_same", _("Residents who saw the same"), Group.SOFT, Form.COUNT, None, Story("supported"),
         _("times in the period that somebody joined a report of another"), ONLY_A_NUMBER, STORY,
         Role.COMMITTEE_SECRETARY, _("Who joined is not kept and cannot be told.")),
    _own("reporters_rate", _("Reporters who say how content they are"), Group.SOFT, Form.RATE, True,
         Cases("rated", "finished"), _("those whose reporter said how content they are"),
         _("cases due in the period that were closed at least once"), _("ratings by reporters"),
         Role.COMMITTEE_SECRETARY, _("Cases that staff or devices reported have nobody to ask and are in the number.")),
    _own("disputes", _("Disputes settled by mediation"), Group.SOFT, Form.RATE, True, Apps("disputes"),
         _("those that ended with an agreement"), _("mediations that ended in the period"), MEDIATIONS,
         Role.COMMITTEE_SECRETARY,
         _("Whoever does not want to mediate may say so; that is no failure of the mediator.")),
    _own("petitions_in_time", _("Petitions answered in time"), Group.SOFT, Form.RATE, True, Apps("petitions_in_time"),
         _("those answered before the limit of the law"), _("petitions whose limit ends in the period"), PETITIONS,
         Role.DUTY_OFFICER, _("Petitions that are closed to somebody are not in it; the yearly report has them.")),
)  # fmt: skip

SERVICE = (
    _case("reported", "reported", Group.SERVICE, Role.DUTY_OFFICER, REPORTS_ARE_NOT_FACTS, public=True),
    _case("filing", "filing", Group.SERVICE, Role.DUTY_OFFICER, AS_THEY_STAND),
    _case("first_word", "first_word", Group.SERVICE, Role.DUTY_OFFICER,
          _("A mean is moved by few very long waits. Reports without any word are not in it."), public=True),
    _case("handling", "handling", Group.SERVICE, Role.AREA_LEAD, AS_THEY_STAND),
    _case("closing", "closing", Group.SERVICE, Role.AREA_LEAD, AS_THEY_STAND, public=True),
    _case("in_time", "in_time", Group.SERVICE, Role.AREA_LEAD,
          _("Limits that were extended end later; what was put off is not due."), public=True),
    _case("satisfaction", "satisfaction", Group.SERVICE, Role.COMMITTEE_SECRETARY, FEW_RATE, public=True),
    _own("window_wait", _("Matters settled at the first visit"), Group.SERVICE, Form.RATE, True, Apps("window_wait"),
         _("those that needed no second visit"), _("matters settled at the window in the period"), REQUESTS,
         Role.COMMITTEE_SECRETARY, _("What was asked for on the internet needs no visit and is not in it.")),
)  # fmt: skip

COMPUTED = (*HARD, *SOFT, *SERVICE)
