"""The mechanisms of the model, as data: what each is for, who looks at it once a year, and by which indicators.

Source: DOMAIN 1B to 1E. A mechanism whose app is not there yet is reviewed all the same: what it does is done on paper.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.people.enums import Role


@dataclass(frozen=True)
class Mechanism:
    """One way of working together. reviewer writes the conclusion; somebody else checks it."""

    code: str
    label: Any
    purpose: Any
    reviewer: Role
    indicators: tuple[str, ...]


MECHANISMS = (
    Mechanism("joint_meeting", _("Joint body and joint meeting"),
              _("Committees, owners, property company and departments decide together and follow up."),
              Role.DUTY_OFFICER, ("together", "supervised", "decisions_done")),
    Mechanism("area_pool", _("Forces pooled in the area"),
              _("What one post cannot do alone is done by several, without sending the resident round."),
              Role.AREA_LEAD, ("together", "handling", "in_time", "rework", "more_time")),
    Mechanism("grid", _("People in the grid"),
              _("Each cell has somebody who notices, takes reports and checks the work."),
              Role.AREA_LEAD, ("reported", "filing", "right_dispatch", "five_disorders", "disorders_in_time")),
    Mechanism("one_window", _("One-window service"),
              _("Frequent matters are settled at the door, by one person, at one visit."),
              Role.DUTY_OFFICER, ("first_word", "satisfaction", "window_wait")),
    Mechanism("station", _("Safety work station"),
              _("Police post, mini fire station, legal studio, petition desk and model post work under one roof."),
              Role.DUTY_OFFICER, ("call_outs", "on_scene", "scene_time", "disputes", "petitions", "police_calls",
                               "thefts")),
    Mechanism("settling", _("Grievances and disputes settled on the spot"),
              _("Whoever has a grievance finds one door, and it has an owner until it is settled."),
              Role.AREA_LEAD, ("grievances_taken", "grievances_settled", "petitions", "petitions_in_time",
                                         "disputes")),
    Mechanism("self_governance", _("Residents' council, votes and covenants"),
              _("Residents propose, discuss, vote, and see what became of it."),
              Role.AREA_LEAD, ("turnout", "proposals", "saw_the_same", "reporters_rate")),
    Mechanism("volunteers", _("Volunteers and patrols"),
              _("Neighbours look after stairs, lanes and one another, in teams with a roster."),
              Role.AREA_LEAD, ("patrols", "fire_reports", "five_disorders", "premises")),
    Mechanism("sharing", _("Five kinds of sharing in small"),
              _("Notices, wishes, actions, works and thanks reach whoever needs them."),
              Role.AREA_LEAD, ("wishes", "thanks", "happiness")),
    Mechanism("property", _("Property company under advice and review"),
              _("The company promises, residents watch, and fees are paid because the service is worth it."),
              Role.AREA_LEAD, ("fee_rate", "equipment_in_time", "content")),
    Mechanism("renewal", _("Renewal projects with residents"),
              _("Residents take part in planning, building, watching and looking after."),
              Role.AREA_LEAD, ("projects", "equipment_in_time", "content")),
    Mechanism("sensing", _("Sensing net"),
              _("Devices watch over places, never over people, and call whoever can help."),
              Role.DUTY_OFFICER, ("devices_heard", "devices_checked", "alarms", "alarms_needed", "alarm_answer")),
    Mechanism("loop", _("Closed loop of cases"),
              _("Whatever is reported is handled in time, checked by another, and answered."),
              Role.DUTY_OFFICER, ("closing", "in_time", "late", "rework", "reopened", "satisfaction")),
)  # fmt: skip
BY_CODE = {mechanism.code: mechanism for mechanism in MECHANISMS}
