"""Parts that people play in a procedure, and how a clock stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """The part a post plays in a procedure. A workflow's states name the part that must act."""

    DESK = "desk", _("desk")
    HANDLER = "handler", _("handler")
    HELPER = "helper", _("co-handler")
    VERIFIER = "verifier", _("verifier")
    APPROVER = "approver", _("approver")
    OWNER = "owner", _("owner")


class PartyKind(models.TextChoices):
    REPORTER = "reporter", _("reporter")
    PETITIONER = "petitioner", _("petitioner")
    RESPONDENT = "respondent", _("respondent")
    THIRD_PARTY = "third_party", _("third party")


class Audience(models.TextChoices):
    """Who may read an entry. Outside readers select public only."""

    PUBLIC = "public", _("public")
    PARTIES = "parties", _("parties")
    STAFF = "staff", _("staff")
    SEALED = "sealed", _("sealed")


class ClockState(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    MET = "met", _("met")
    MISSED = "missed", _("missed")
    DROPPED = "dropped", _("dropped")
