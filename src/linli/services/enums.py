"""The kinds of item, of request and of answer at the service hall."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Group(models.TextChoices):
    """The shelves of the catalogue, as a resident looks for something."""

    CARDS = "cards", _("Cards and insurance")
    WORK = "work", _("Work")
    AGED = "aged", _("Older people")
    DISABILITY = "disability", _("Disability")
    FAMILY = "family", _("Family and children")
    HARDSHIP = "hardship", _("Help in hardship")
    HOUSING = "housing", pgettext_lazy("services", "Housing")
    VETERANS = "veterans", _("Veterans")
    LAW = "law", _("Law and records")
    HOME = "home", _("Around the house")


class Mode(models.TextChoices):
    """How the hall handles an item (Shanghai, city-wide acceptance 2018: direct, or receive and pass on)."""

    ON_THE_SPOT = "on_the_spot", _("done on the spot")
    PASS_ON = "pass_on", _("received here, decided by the department")
    GUIDED = "guided", _("we explain and go through it with you")


class Skill(models.TextChoices):
    """What a counter must be able to do for an item."""

    GENERAL = "general", _("general matters")
    INSURANCE = "insurance", _("insurance and work")
    CIVIL = "civil", _("civil affairs and assistance")
    HOUSING = "housing", pgettext_lazy("counter", "housing")
    LAW = "law", _("law and veterans")


class Unit(models.TextChoices):
    WORKING_DAY = "working_day", _("working days")
    NATURAL_DAY = "natural_day", _("days")


class Channel(models.TextChoices):
    """How a request came in."""

    ONLINE = "online", _("on this page")
    WINDOW = "window", _("at the window")
    PAPER = "paper", _("on paper")
    PHONE = "phone", _("by phone")
    HOME = "home", _("at home, by a clerk who came")


class Held(models.TextChoices):
    """How it stands with one paper of a request."""

    ASKED = "asked", _("still to bring")
    RECEIVED = "received", _("received")
    REUSED = "reused", _("kept from last time")
    LOOKED_UP = "looked_up", _("looked up by the office")


class Handing(models.TextChoices):
    """How the result reached the person."""

    WINDOW = "window", _("at the window")
    POST = "post", _("by post")
    HOME = "home", _("brought home")
    MESSAGE = "message", _("by message")


class Grade(models.IntegerChoices):
    """The five grades of good and bad ratings (DOMAIN 2.15). The two last are bad ones."""

    VERY_GOOD = 5, _("very satisfied")
    GOOD = 4, _("satisfied")
    FAIR = 3, _("fairly satisfied")
    BAD = 2, _("dissatisfied")
    VERY_BAD = 1, _("very dissatisfied")


BAD_FROM = Grade.BAD  # this grade and those below are bad ratings


class VisitState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("visit", "planned")
    DONE = "done", pgettext_lazy("visit", "done")
    MISSED = "missed", pgettext_lazy("visit", "nobody at home")
    CANCELLED = "cancelled", pgettext_lazy("visit", "cancelled")


class Half(models.TextChoices):
    """The half of the day of a home visit."""

    MORNING = "am", _("in the morning")
    AFTERNOON = "pm", _("in the afternoon")
