"""What a duty desk keeps over a change of shift: what was promised to whom, and what one officer left to the next."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import personal
from linli.people.models import Account, Post
from linli.procedures.models import Entry, Procedure


class Promise(models.Model):
    """That somebody was told what happens until when. Its words lie in the entry's body, and are forgotten with it."""

    class End(models.TextChoices):
        KEPT = "kept", _("kept")
        RENEWED = "renewed", _("renewed")

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="promise")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="promises")
    until = models.DateTimeField()
    amber = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=End, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | Q(ended_at__isnull=False, end__in=["kept", "renewed"]),
                name="promise_ends_somehow",
            )
        ]
        indexes = [models.Index(fields=["until", "entry"], condition=Q(ended_at=None), name="promise_open")]


class ShiftHandover(models.Model):
    """One change of shift at a desk; written once, and only ever confirmed by whoever takes over.

    `sheet` holds the numbers of the cases and promises as they stood, no words of persons.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="+", help_text="who hands over")
    giver = models.ForeignKey(Account, models.PROTECT, related_name="+")
    to = models.ForeignKey(Post, models.PROTECT, related_name="+", help_text="who is to take over")
    note = personal(models.TextField(max_length=4000, blank=True))
    sheet = models.JSONField(default=dict)
    at = models.DateTimeField()
    taker = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taker=None, taken_at=None) | Q(taker__isnull=False, taken_at__isnull=False),
                name="handover_taken_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["-at"], name="handover_last")]
