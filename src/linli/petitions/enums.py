"""Classes, channels, fields, grounds and outcomes of petitions, as the Regulations on Petition Work have them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PetitionClass(models.TextChoices):
    """The three classes (art. 22)."""

    SUGGESTION = "suggestion", pgettext_lazy("petition", "suggestion")
    ACCUSATION = "accusation", pgettext_lazy("petition", "accusation")
    REQUEST = "request", pgettext_lazy("petition", "request")


class Channel(models.TextChoices):
    """How it came (art. 17)."""

    NETWORK = "network", pgettext_lazy("channel", "network")
    LETTER = "letter", pgettext_lazy("channel", "letter")
    PHONE = "phone", pgettext_lazy("channel", "phone")
    FAX = "fax", pgettext_lazy("channel", "fax")
    VISIT = "visit", pgettext_lazy("channel", "visit")


class Field(models.TextChoices):
    """What it is about: petitions are kept, joined and counted by matter, never by person."""

    HOUSING = "housing", _("housing and property service")
    RENEWAL = "renewal", _("building, renewal and relocation")
    ENVIRONMENT = "environment", _("environment and noise")
    ORDER = "order", _("streets, traffic and public order")
    WORK = "work", _("work and social insurance")
    CARE = "care", _("social aid, old age and health")
    SCHOOL = "school", _("schools and children")
    CONDUCT = "conduct", _("conduct of an office or its staff")
    OTHER = "other", _("something else")


class Ground(models.TextChoices):
    """Why an item is not accepted: five legal ways of art. 31, another body, or the same matter once more.

    The sixth way of art. 31 is the opinion letter itself.
    """

    COURT = "court", _("a matter for the courts, the procuratorate or criminal police")
    ARBITRATION = "arbitration", _("a matter for arbitration")
    PARTY_APPEAL = "party_appeal", _("a matter for an internal appeal or re-examination")
    ADMINISTRATIVE = (
        "administrative",
        _("a matter for administrative reconsideration or another administrative procedure"),
    )
    DUTY_TO_ACT = "duty_to_act", _("an application that a body must act on: it is handled as such")
    NOT_OURS = "not_ours", _("outside the powers of this office")
    ALREADY = "already", _("the same matter is accepted already and within its time")
    FINAL = "final", _("the same facts and reasons were decided in a re-check")


class Objection(models.TextChoices):
    """Why a body that got an item does not take it."""

    NOT_OURS = "not_ours", _("outside our powers")
    OTHER_PLACE = "other_place", _("it belongs to another place")
    LEGAL_WAY = "legal_way", _("it belongs to a legal procedure")


class Manner(models.TextChoices):
    """How the petition desk passes an item on."""

    FORWARD = "forward", _("forward")
    HAND_OVER = "hand_over", _("hand over, to be reported back")


class Outcome(models.TextChoices):
    """What comes of it. Requests: art. 32; suggestions: art. 29; accusations: as far as the informant may be told."""

    SUPPORT = "support", pgettext_lazy("outcome", "supported")
    EXPLAIN = "explain", pgettext_lazy("outcome", "explained")
    NOT_SUPPORT = "not_support", pgettext_lazy("outcome", "not supported")
    ADOPTED = "adopted", pgettext_lazy("outcome", "adopted")
    PARTLY = "partly", pgettext_lazy("outcome", "adopted in part")
    NOT_ADOPTED = "not_adopted", pgettext_lazy("outcome", "not adopted")
    FOUND = "found", pgettext_lazy("outcome", "found true")
    PARTLY_FOUND = "partly_found", pgettext_lazy("outcome", "found true in part")
    NOT_FOUND = "not_found", pgettext_lazy("outcome", "not found true")


OUTCOMES: dict[str, tuple[Outcome, ...]] = {
    PetitionClass.REQUEST: (Outcome.SUPPORT, Outcome.EXPLAIN, Outcome.NOT_SUPPORT),
    PetitionClass.SUGGESTION: (Outcome.ADOPTED, Outcome.PARTLY, Outcome.NOT_ADOPTED),
    PetitionClass.ACCUSATION: (Outcome.FOUND, Outcome.PARTLY_FOUND, Outcome.NOT_FOUND),
}


class Verdict(models.TextChoices):
    """What a review or a re-check says of the opinion before it."""

    UPHOLD = "uphold", _("the opinion stands")
    CHANGE = "change", _("the opinion is changed")
    REVOKE = "revoke", _("the opinion is revoked")


class LetterForm(models.TextChoices):
    """The letters that the regulations ask for."""

    NOTICE = "notice", _("notice of receipt")
    TRANSFER = "transfer", _("notice of transfer")
    ACCEPTANCE = "acceptance", _("notice of acceptance")
    NOT_ACCEPTED = "not_accepted", _("notice that it is not accepted")
    EXTENSION = "extension", _("notice of extension")
    OPINION = "opinion", _("opinion letter")
    REPLY = "reply", _("reply")
    SETTLEMENT = "settlement", _("agreement reached")
    REVIEW = "review", _("opinion of the review")
    RECHECK = "recheck", _("opinion of the re-check")
