"""Words of plans: what a plan is for, how far it is, and what is to be done at each spot."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Aim(models.TextChoices):
    """What a plan is held to: a sum of money, or how much is to be seen."""

    TURN = "turn", _("Turn what is there, add nothing")
    BUDGET = "budget", _("Turn first, then add, for at most so much money")
    LEAST = "least", _("See at least so much, as cheaply as possible")


class PlanStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("plan", "being written")
    ANSWERED = "answered", pgettext_lazy("plan", "worked out")
    ACCEPTED = "accepted", pgettext_lazy("plan", "accepted")
    DROPPED = "dropped", pgettext_lazy("plan", "put aside")


class AnswerKind(models.TextChoices):
    INSTANT = "instant", _("instant answer")
    EXACT = "exact", _("exact answer")


class AnswerState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("answer", "waiting for its turn")
    WORKING = "working", pgettext_lazy("answer", "being worked out")
    DONE = "done", pgettext_lazy("answer", "done")
    FAILED = "failed", pgettext_lazy("answer", "could not be worked out")


class Act(models.TextChoices):
    """What is to be done at one spot."""

    TURN = "turn", pgettext_lazy("plan", "turn")
    ADD = "add", pgettext_lazy("plan", "add")
    DARK = "dark", pgettext_lazy("plan", "cover or take down")


class Spot(models.TextChoices):
    """Where a camera may be added."""

    WALL = "wall", pgettext_lazy("plan", "on a wall")
    POLE = "pole", pgettext_lazy("plan", "on a pole")


class ItemStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("work item", "to do")
    CASE = "case", pgettext_lazy("work item", "given out as a case")
    DONE = "done", pgettext_lazy("work item", "done")
