"""Who may do what: predicates over the post a person acts in.

A permission belongs to a post, and a post counts only where its place lies inside what this installation governs:
somebody from the office of the next street holds no permission here.
"""

from typing import Any

from rules.permissions import add_perm
from rules.predicates import Predicate

from linli.people.enums import BROWSING_ROLES, Role


def has_role(*roles: Role) -> Predicate:
    """True for a person whose current post has one of these roles, inside this installation."""

    def holds(user: Any) -> bool:
        post: Any = getattr(user, "post", None)
        return bool(post) and post.role in roles and post.is_inside

    return Predicate(holds, name=f"has_role({', '.join(sorted(roles))})")


is_staff = has_role(*Role)
is_administrator = has_role(Role.ADMINISTRATOR)
is_auditor = has_role(Role.AUDITOR)
browses = has_role(*BROWSING_ROLES)
SEES_DEVICES = has_role(
    Role.GRID_WORKER,
    Role.AREA_LEAD,
    Role.DUTY_OFFICER,
    Role.DEPARTMENT_HANDLER,
    Role.PROPERTY_MANAGER,
    Role.COMMITTEE_SECRETARY,
    Role.PROJECT_LEAD,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)

PERMISSIONS = {
    "core.jobs": is_administrator,
    "core.deliveries": is_administrator,
    "core.assessments": is_administrator | is_auditor,
    "core.assess": is_administrator,
    "places.manage": is_administrator,
    "places.names": has_role(Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "people.staff": is_staff,
    "people.manage": is_administrator,
    "people.acts": is_administrator | is_auditor,
    "people.roster": has_role(Role.DUTY_OFFICER, Role.AREA_LEAD, Role.ADMINISTRATOR),
    "procedures.inbox": is_staff,
    "procedures.audit": is_auditor,
    "procedures.manage": is_administrator,
    "cases.desk": has_role(Role.DUTY_OFFICER, Role.AREA_LEAD),
    "cases.import": has_role(Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "cases.list": browses,
    "cases.case": is_staff,
    "cases.grid": has_role(Role.GRID_WORKER),
    "cases.classes": is_administrator,
    "cases.triage": has_role(Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "cases.learn": is_administrator,
    "insight.figures": has_role(
        Role.DUTY_OFFICER,
        Role.AREA_LEAD,
        Role.COMMITTEE_SECRETARY,
        Role.DEPARTMENT_HANDLER,
        Role.PROPERTY_MANAGER,
        Role.PROJECT_LEAD,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ),
    "insight.check": is_administrator,
    "insight.indicators": has_role(
        Role.DUTY_OFFICER,
        Role.AREA_LEAD,
        Role.COMMITTEE_SECRETARY,
        Role.DEPARTMENT_HANDLER,
        Role.PROPERTY_MANAGER,
        Role.PROJECT_LEAD,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ),
    "insight.enter": has_role(Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "insight.define": is_administrator,
    "insight.effects": has_role(
        Role.DUTY_OFFICER,
        Role.AREA_LEAD,
        Role.COMMITTEE_SECRETARY,
        Role.PROJECT_LEAD,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ),
    "insight.actions": has_role(Role.PROJECT_LEAD, Role.AREA_LEAD, Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "insight.reports": has_role(
        Role.DUTY_OFFICER,
        Role.AREA_LEAD,
        Role.COMMITTEE_SECRETARY,
        Role.PROJECT_LEAD,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ),
    "insight.make_reports": has_role(Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "insight.screen": has_role(Role.DUTY_OFFICER, Role.AREA_LEAD, Role.AUDITOR, Role.ADMINISTRATOR),
    "mediation.list": has_role(
        Role.MEDIATOR, Role.COMMITTEE_SECRETARY, Role.DUTY_OFFICER, Role.AREA_LEAD, Role.POLICE_LIAISON
    ),
    "mediation.enter": has_role(
        Role.WINDOW_CLERK,
        Role.PETITION_CLERK,
        Role.MEDIATOR,
        Role.COMMITTEE_SECRETARY,
        Role.DUTY_OFFICER,
        Role.AREA_LEAD,
    ),
    "riskmap.see": SEES_DEVICES,
    "riskmap.hotspots": has_role(
        Role.DUTY_OFFICER,
        Role.AREA_LEAD,
        Role.COMMITTEE_SECRETARY,
        Role.PROJECT_LEAD,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ),
    "riskmap.hazard_weights": has_role(Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "riskmap.change": has_role(Role.PROJECT_LEAD, Role.ADMINISTRATOR),
    "riskmap.plans": has_role(Role.PROJECT_LEAD, Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "riskmap.plan": has_role(Role.PROJECT_LEAD),
    "sensing.see": SEES_DEVICES,
    "sensing.register": has_role(Role.PROJECT_LEAD, Role.ADMINISTRATOR),
    "sensing.keys": is_administrator,
    "sensing.rules": has_role(Role.DUTY_OFFICER, Role.AREA_LEAD, Role.AUDITOR, Role.ADMINISTRATOR),
    "sensing.write_rules": has_role(Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "sensing.phone": is_staff,
    "sensing.entities": has_role(Role.PROJECT_LEAD, Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "sensing.write_entities": has_role(Role.PROJECT_LEAD, Role.ADMINISTRATOR),
    "sensing.care": has_role(Role.COMMITTEE_SECRETARY),
    "services.requests": has_role(
        Role.WINDOW_CLERK, Role.DEPARTMENT_HANDLER, Role.COMMITTEE_SECRETARY, Role.AREA_LEAD, Role.DUTY_OFFICER
    ),
    "services.enter": has_role(Role.WINDOW_CLERK, Role.COMMITTEE_SECRETARY),
    "services.catalogue": is_administrator,
    "services.hall": has_role(Role.WINDOW_CLERK, Role.DUTY_OFFICER),
    "services.counter": has_role(Role.WINDOW_CLERK),
    "services.hall_rules": has_role(Role.DUTY_OFFICER),
    "services.bookings": has_role(Role.DUTY_OFFICER, Role.AREA_LEAD, Role.COMMITTEE_SECRETARY, Role.WINDOW_CLERK),
    # Whoever may hold a part in a protection file, or a part may be passed up to; each sees their own files only.
    "protection.files": has_role(
        Role.MEDIATOR, Role.COMMITTEE_SECRETARY, Role.POLICE_LIAISON, Role.DUTY_OFFICER, Role.AREA_LEAD
    ),
    "protection.begin": has_role(
        Role.MEDIATOR,
        Role.COMMITTEE_SECRETARY,
        Role.WINDOW_CLERK,
        Role.PETITION_CLERK,
        Role.POLICE_LIAISON,
        Role.DUTY_OFFICER,
        Role.AREA_LEAD,
    ),
    "protection.lines": has_role(Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "services.assist": has_role(Role.WINDOW_CLERK, Role.COMMITTEE_SECRETARY, Role.DUTY_OFFICER),
    "hazards.list": has_role(
        Role.GRID_WORKER,
        Role.AREA_LEAD,
        Role.DUTY_OFFICER,
        Role.DEPARTMENT_HANDLER,
        Role.PROPERTY_MANAGER,
        Role.COMMITTEE_SECRETARY,
        Role.WINDOW_CLERK,
        Role.AUDITOR,
    ),
    "hazards.find": has_role(
        Role.GRID_WORKER,
        Role.AREA_LEAD,
        Role.DUTY_OFFICER,
        Role.DEPARTMENT_HANDLER,
        Role.PROPERTY_MANAGER,
        Role.COMMITTEE_SECRETARY,
        Role.WINDOW_CLERK,
    ),
    "hazards.inspect": has_role(
        Role.GRID_WORKER,
        Role.AREA_LEAD,
        Role.DUTY_OFFICER,
        Role.DEPARTMENT_HANDLER,
        Role.PROPERTY_MANAGER,
        Role.COMMITTEE_SECRETARY,
    ),
    "hazards.premises": has_role(
        Role.GRID_WORKER, Role.AREA_LEAD, Role.DUTY_OFFICER, Role.DEPARTMENT_HANDLER, Role.COMMITTEE_SECRETARY
    ),
    "petitions.desk": has_role(Role.PETITION_CLERK),
    "petitions.file": has_role(*(role for role in Role if role not in (Role.AUDITOR, Role.ADMINISTRATOR))),
    "petitions.office": has_role(Role.DUTY_OFFICER, Role.ADMINISTRATOR),
    "petitions.report": has_role(Role.PETITION_CLERK, Role.DUTY_OFFICER),
    "station.calls": has_role(Role.DUTY_OFFICER, Role.AREA_LEAD, Role.DEPARTMENT_HANDLER),
    "station.legal": has_role(Role.MEDIATOR, Role.COMMITTEE_SECRETARY, Role.WINDOW_CLERK, Role.DUTY_OFFICER),
    "station.teach": has_role(Role.MEDIATOR, Role.COMMITTEE_SECRETARY, Role.DUTY_OFFICER),
    "station.manage": has_role(Role.AREA_LEAD, Role.ADMINISTRATOR),
    "station.see": has_role(
        Role.DUTY_OFFICER,
        Role.AREA_LEAD,
        Role.COMMITTEE_SECRETARY,
        Role.DEPARTMENT_HANDLER,
        Role.MEDIATOR,
        Role.PETITION_CLERK,
        Role.WINDOW_CLERK,
        Role.POLICE_LIAISON,
    ),
}

for name, predicate in PERMISSIONS.items():
    add_perm(name, predicate)
