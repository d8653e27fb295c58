"""The words of hazards, inspections and premises. Premises have neutral ones: a room where cards are played is none
unlawful as such."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HazardKind(models.TextChoices):
    FIRE = "fire", _("fire safety")
    BUILDING = "building", pgettext_lazy("hazard", "building safety")
    GAS = "gas", pgettext_lazy("hazard", "gas safety")
    ELECTRICITY = "electricity", _("electricity")


class Origin(models.TextChoices):
    INSPECTION = "inspection", _("inspection")
    STAFF = "staff", _("seen by staff")
    RESIDENT = "resident", _("pointed out by a resident")
    PAPER = "paper", _("pointed out on paper or by telephone")
    REFERRAL = "referral", _("handed on from another matter")


class Answers(models.TextChoices):
    """Who has to put it right; a unit or a household, never a name that anybody could search for."""

    MANAGER = "manager", _("the property company")
    UNIT = "unit", _("a shop or another unit")
    HOUSEHOLD = "household", _("a household")
    OWNERS = "owners", _("the owners together")
    PUBLIC = "public", _("a public utility or department")


class Handed(models.TextChoices):
    """How a notice reached whoever answers."""

    SIGNED = "signed", _("handed over and signed")
    REFUSED = "refused", _("handed over, the signature was refused")
    POSTED = "posted", _("put up at the place, nobody was there")


class Ticked(models.TextChoices):
    GOOD = "good", _("in order")
    BAD = "bad", _("not in order")
    ABSENT = "absent", _("none here")


class PremisesKind(models.TextChoices):
    ROOM = "room", _("chess and card room")
    SHOP = "shop", _("shop")
    RENTAL = "rental", _("rental house")
    WORKSHOP = "workshop", _("workshop")
    STORE = "store", _("storeroom")
    OTHER = "other", _("other premises")


class PremisesStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("premises", "open")
    CORRECTING = "correcting", pgettext_lazy("premises", "putting things right")
    CORRECTED = "corrected", pgettext_lazy("premises", "put right")
    CLOSED = "closed", pgettext_lazy("premises", "closed")


class Concern(models.TextChoices):
    """What was found at a visit, in words that judge nobody."""

    NONE = "none", _("nothing")
    NOISE = "noise", _("noise, late hours")
    FIRE = "fire", _("fire safety")
    DWELLING = "dwelling", _("a home used as business rooms")
    LICENCE = "licence", _("licence or notice at the door missing")
    CROWD = "crowd", _("more people than there is room for")
    OTHER = "other", pgettext_lazy("premises", "something else")


class TalkWith(models.TextChoices):
    OPERATOR = "operator", _("operator")
    LANDLORD = "landlord", _("landlord")
    BOTH = "both", _("landlord and operator")


class Kept(models.TextChoices):
    OPEN = "open", _("to be followed up")
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("not kept")
