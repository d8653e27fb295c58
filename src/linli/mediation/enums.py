"""The words of a mediation's own rows."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Side(models.TextChoices):
    """Who asked for the mediation, and who was asked. Several people may stand on one side."""

    APPLICANT = "applicant", pgettext_lazy("mediation", "applicant")
    RESPONDENT = "respondent", pgettext_lazy("mediation", "other side")

    @property
    def other(self) -> "Side":
        return Side.RESPONDENT if self is Side.APPLICANT else Side.APPLICANT


class Channel(models.TextChoices):
    """How the application came."""

    PAGE = "page", pgettext_lazy("mediation", "on this site")
    PHONE = "phone", pgettext_lazy("mediation", "by telephone")
    PAPER = "paper", pgettext_lazy("mediation", "on paper or at the counter")
    REFERRAL = "referral", pgettext_lazy("mediation", "handed on from another matter")


class Consent(models.TextChoices):
    """Whether somebody wants to be mediated; nobody ever has to."""

    UNASKED = "unasked", pgettext_lazy("mediation", "not asked yet")
    YES = "yes", pgettext_lazy("mediation", "willing")
    NO = "no", pgettext_lazy("mediation", "not willing")


class Told(models.TextChoices):
    """How the rights and duties were explained before anything else."""

    ORALLY = "orally", pgettext_lazy("mediation", "told by word of mouth")
    WRITTEN = "written", pgettext_lazy("mediation", "read in writing")


class Offer(models.TextChoices):
    """How a proposal of a mediator, or the invitation of a helper, stands."""

    OPEN = "open", pgettext_lazy("mediation", "waits for an answer")
    ACCEPTED = "accepted", pgettext_lazy("mediation", "accepted")
    DECLINED = "declined", pgettext_lazy("mediation", "declined")


class Meeting(models.TextChoices):
    """How a session is held."""

    TOGETHER = "together", pgettext_lazy("mediation", "both sides at one table")
    APART = "apart", pgettext_lazy("mediation", "with each side alone")
    ON_SITE = "on_site", pgettext_lazy("mediation", "where the dispute is")


class SessionStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("mediation", "planned")
    HELD = "held", pgettext_lazy("mediation", "held")
    CANCELLED = "cancelled", pgettext_lazy("mediation", "did not take place")


class Form(models.TextChoices):
    """An agreement is written and signed, or oral and written down by the mediator."""

    WRITTEN = "written", pgettext_lazy("mediation", "in writing")
    ORAL = "oral", pgettext_lazy("mediation", "by word of mouth, recorded by the mediator")


class AgreementStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("mediation", "draft")
    SIGNING = "signing", pgettext_lazy("mediation", "laid out for signature")
    IN_EFFECT = "in_effect", pgettext_lazy("mediation", "in effect")


class Court(models.TextChoices):
    """What the court said to a joint application."""

    NONE = "", pgettext_lazy("mediation", "not asked")
    APPLIED = "applied", pgettext_lazy("mediation", "application handed in")
    CONFIRMED = "confirmed", pgettext_lazy("mediation", "confirmed")
    REFUSED = "refused", pgettext_lazy("mediation", "not confirmed")
