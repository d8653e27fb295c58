"""The kinds of organisation and of post."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """The ten parties that govern a neighbourhood together (DOMAIN 1B, 16), and the office that leads them."""

    STREET_OFFICE = "street_office", _("street office")
    COMMITTEE = "committee", _("residents' committee")
    OWNERS_COMMITTEE = "owners_committee", _("owners' committee")
    PROPERTY_COMPANY = "property_company", _("property company")
    SELF_GOVERNANCE_COUNCIL = "self_governance_council", _("self-governance council")
    DEPARTMENT = "department", _("government department")
    SOCIAL_ORGANISATION = "social_organisation", _("social organisation")
    RESIDENT_UNIT = "resident_unit", _("unit based in the area")
    POLICE = "police", _("community police")
    LEGAL_ADVISER = "legal_adviser", _("legal adviser")
    RESIDENTS_REPRESENTATIVES = "residents_representatives", _("residents' representatives")


class Role(models.TextChoices):
    """What a post is for. A resident has no post."""

    GRID_WORKER = "grid_worker", _("grid worker")
    AREA_LEAD = "area_lead", _("area lead")
    DUTY_OFFICER = "duty_officer", _("duty officer")
    DEPARTMENT_HANDLER = "department_handler", _("department handler")
    PROPERTY_MANAGER = "property_manager", _("property manager")
    COMMITTEE_SECRETARY = "committee_secretary", _("committee secretary")
    MEDIATOR = "mediator", _("mediator")
    PETITION_CLERK = "petition_clerk", _("petition clerk")
    WINDOW_CLERK = "window_clerk", _("service-window clerk")
    VOLUNTEER_CAPTAIN = "volunteer_captain", _("volunteer captain")
    OWNERS_CHAIR = "owners_chair", _("owners'-committee chair")
    PROJECT_LEAD = "project_lead", _("project lead")
    POLICE_LIAISON = "police_liaison", _("police liaison")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


# Posts that see the unsealed procedures of their place or cell. All others see what was passed to them, and no more.
BROWSING_ROLES = frozenset(
    {
        Role.GRID_WORKER,
        Role.AREA_LEAD,
        Role.DUTY_OFFICER,
        Role.PROPERTY_MANAGER,
        Role.COMMITTEE_SECRETARY,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    }
)
