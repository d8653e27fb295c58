"""States of a call-out."""

from django.db import models
from django.utils.translation import pgettext_lazy


class CallOutStatus(models.TextChoices):
    """Where a call-out stands."""

    CALLED = "called", pgettext_lazy("call-out", "called")
    GOING = "going", pgettext_lazy("call-out", "on the way")
    ON_SCENE = "on_scene", pgettext_lazy("call-out", "on the scene")
    LEFT = "left", pgettext_lazy("call-out", "back at the station")
