"""States of a call-out, and the words of checks and drills."""

from django.db import models
from django.utils.translation import pgettext_lazy


class CallOutStatus(models.TextChoices):
    """Where a call-out stands."""

    CALLED = "called", pgettext_lazy("call-out", "called")
    GOING = "going", pgettext_lazy("call-out", "on the way")
    ON_SCENE = "on_scene", pgettext_lazy("call-out", "on the scene")
    LEFT = "left", pgettext_lazy("call-out", "back at the station")


class Outcome(models.TextChoices):
    """What a look at a piece of equipment found."""

    GOOD = "good", pgettext_lazy("equipment", "good")
    FAULT = "fault", pgettext_lazy("equipment", "fault")


class DrillKind(models.TextChoices):
    """What is practised."""

    CALL = "call", pgettext_lazy("drill", "unannounced call")
    HOSE = "hose", pgettext_lazy("drill", "hose and hydrant")
    BATTERY = "battery", pgettext_lazy("drill", "burning battery")
    EVACUATION = "evacuation", pgettext_lazy("drill", "leading people out")
    NIGHT = "night", pgettext_lazy("drill", "at night")


class Kept(models.TextChoices):
    """What the station's lead keeps, version by version."""

    DESK = "desk", pgettext_lazy("station", "Desk")
    ITEM = "item", pgettext_lazy("station", "Equipment")
