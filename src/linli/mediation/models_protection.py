"""The path of safety for domestic violence: a file that is always sealed, with nothing of persons in the open.

No Party hangs on it, so that no list by person can ever name it; what was said, how the person is reached and where
they are lie sealed, each in a row of its own. The story keeps codes and dates only.
"""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from linli.mediation.enums_protection import About, Applicant, Came, Danger, OrderState, Whom
from linli.people.models import Account, Post
from linli.procedures.models import Procedure


class Protection(models.Model):
    """claim_hash: only where the person asked for a number and a code.  whom, danger: empty until the screen."""

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="protection")
    came = models.CharField(max_length=10, choices=Came)
    whom = models.CharField(max_length=10, choices=Whom, blank=True)
    danger = models.CharField(max_length=10, choices=Danger, blank=True)
    claim_hash = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(came__in=Came.values), name="protection_came"),
            models.CheckConstraint(condition=Q(whom="") | Q(whom__in=Whom.values), name="protection_whom"),
            models.CheckConstraint(condition=Q(danger="") | Q(danger__in=Danger.values), name="protection_danger"),
        ]


class SafeContact(models.Model):
    """How and when the person can be reached without danger, and where they are. Never used by the system itself."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    procedure = models.OneToOneField(Procedure, models.CASCADE, related_name="safe_contact")
    contact_sealed = models.BinaryField(null=True, help_text="name, channel, number, safe times, what to avoid")
    address_sealed = models.BinaryField(null=True, help_text="where they are; only for whoever must go there")


class SealedNote(models.Model):
    """What was said, done or decided, in words."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="sealed_notes")
    about = models.CharField(max_length=10, choices=About)
    text_sealed = models.BinaryField()
    at = models.DateTimeField()
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "uuid"]
        constraints = [models.CheckConstraint(condition=Q(about__in=About.values), name="sealed_note_about")]


class ProtectionOrder(models.Model):
    """One application for a protection order and what the court made of it. One open at a time.

    details_sealed: the respondent, the request and the facts (art. 27), as written for the court.
    valid_until: the last day of an order, at most six months after it was made (art. 30).
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="protection_orders")
    status = models.CharField(max_length=10, choices=OrderState, default=OrderState.PREPARED)
    applicant = models.CharField(max_length=12, choices=Applicant)
    urgent = models.BooleanField(default=False)
    prepared_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    extended_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True)
    details_sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["prepared_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(status__in=["prepared", "accepted", "made"]), name="one_order_open"
            ),
            models.CheckConstraint(condition=Q(status__in=OrderState.values), name="order_status"),
            models.CheckConstraint(condition=Q(applicant__in=Applicant.values), name="order_applicant"),
            models.CheckConstraint(
                condition=~Q(status="made") | Q(decided_at__isnull=False, valid_until__isnull=False),
                name="order_made_has_an_end",
            ),
        ]


class HelpLine(models.Model):
    """A number to ring, as this office keeps it; where there is no row, the delivered one stands, marked unverified."""

    code = models.SlugField(max_length=30, unique=True)
    number = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    says = models.CharField(max_length=200, blank=True)
    says_en = models.CharField(max_length=200, blank=True)
    checked_on = models.DateField(null=True, help_text="when somebody rang it")
    author = models.ForeignKey(Account, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
