"""What a protection file tells apart: who needs help, how they can be reached, what is noted, how an order stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Came(models.TextChoices):
    """How the wish for help arrived."""

    PAGE = "page", _("on the page")
    DESK = "desk", _("at the desk or by telephone")
    POLICE = "police", _("from the police")
    REFERRED = "referred", _("handed on from another matter")


class Whom(models.TextChoices):
    """Whether the person decides alone, or the law asks for a report to the police (art. 14)."""

    ADULT = "adult", _("an adult who decides alone")
    MINOR = "minor", _("a minor")
    LIMITED = "limited", _("somebody without full capacity")


MUST_REPORT = frozenset({Whom.MINOR, Whom.LIMITED})


class Danger(models.TextChoices):
    """Whether the person is safe at the moment of the screen."""

    NOW = "now", _("in danger now")
    NEAR = "near", _("safe now, and afraid of what comes")
    SAFE = "safe", _("safe for the time being")


class Channel(models.TextChoices):
    """The one way that is safe. Nothing is ever sent there by itself: a person rings, writes or comes."""

    CALL = "call", _("a telephone call")
    TEXT = "text", _("a text message")
    MAIL = "mail", _("an e-mail")
    MEET = "meet", _("meeting somewhere")
    FRIEND = "friend", _("through somebody I trust")


class About(models.TextChoices):
    """What a sealed note is about."""

    SAID = "said", pgettext_lazy("protection", "what the person said")
    WISH = "wish", pgettext_lazy("protection", "what the person wishes")
    TALK = "talk", pgettext_lazy("protection", "talk with the person")
    TRIED = "tried", pgettext_lazy("protection", "not reached yet")
    HELP = "help", pgettext_lazy("protection", "help found: shelter, doctor, money, school")
    POLICE = "police", pgettext_lazy("protection", "told the police")
    WARNING = "warning", pgettext_lazy("protection", "written warning by the police")
    VISIT = "visit", pgettext_lazy("protection", "visit")
    REASON = "reason", pgettext_lazy("protection", "reason for a step")


class Applicant(models.TextChoices):
    """Who applies for a protection order (art. 23)."""

    THEMSELVES = "themselves", _("the person, in writing")
    ORALLY = "orally", _("the person, orally; the court writes it down")
    COMMITTEE = "committee", _("the residents' committee, for somebody who cannot")
    OTHERS = "others", _("a close relative, the police or the women's federation, for somebody who cannot")


class OrderState(models.TextChoices):
    PREPARED = "prepared", pgettext_lazy("order", "being applied for")
    ACCEPTED = "accepted", pgettext_lazy("order", "before the court")
    MADE = "made", pgettext_lazy("order", "in force")
    REFUSED = "refused", pgettext_lazy("order", "refused by the court")
    ENDED = "ended", pgettext_lazy("order", "over")


class Purpose(models.TextChoices):
    """Why somebody opens what is sealed. Fixed words: the log of views must name nobody."""

    REACH = "reach", _("to reach the person")
    VISIT = "visit", _("for a visit")
    ORDER = "order", _("to write or follow an application to the court")
    TAKE_OVER = "take_over", _("to take the file over")
    POLICE = "police", _("to report to the police")
    SELF = "self", _("the person asks at the desk what is kept")
