"""Social assistance: what one household needs, and what came of it. Sealed: seen by assigned posts alone."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import personal
from linli.people.models import Post
from linli.procedures.models import Procedure


class Need(models.TextChoices):
    """What kind of help; a word for the office's work, never an attribute of a person."""

    LIVING = "living", _("help with the cost of living")
    SUDDEN = "sudden", _("sudden hardship: accident, fire, loss of income")
    MEDICAL = "medical", _("help with medical costs")
    EDUCATION = "education", _("help with school costs")
    HOUSING = "housing", _("help with housing")
    OTHER = "other", _("something else, or not sure")


class FoundBy(models.TextChoices):
    SELF = "self", _("by the person")
    FAMILY = "family", _("by family or a friend, at the person's wish")
    COMMITTEE = "committee", _("by the residents' committee")
    REFERRED = "referred", _("passed on from another matter")


class ConsentHow(models.TextChoices):
    ONLINE = "online", _("on this page")
    SIGNED = "signed", _("signed on paper")
    SPOKEN = "spoken", _("said to us, with a witness")


class Assistance(models.Model):
    """One application. Nothing of the person is kept before they agreed; withdrawing forgets it.

    with_committee: the person wants their residents' committee to know and help.  one_off: whether what was granted is
    given once; it ends with the call-back, and running aid ends only after a hearing.
    """

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="assistance")
    need = models.CharField(max_length=10, choices=Need)
    found_by = models.CharField(max_length=10, choices=FoundBy)
    called_sealed = models.BinaryField(null=True)
    words_sealed = models.BinaryField(null=True)
    consent_on = models.DateField(null=True)
    consent_how = models.CharField(max_length=8, choices=ConsentHow, blank=True)
    consent_words = models.TextField(blank=True, help_text="the wording that was agreed to")
    with_committee = models.BooleanField(default=False)
    committee = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", help_text="who found it or helps")
    one_off = models.BooleanField(null=True)
    lead_sealed = models.BinaryField(
        null=True, help_text="how whoever found the need says the person can be asked; gone once they have answered"
    )
    aid_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(need__in=Need.values), name="assistance_need"),
            models.CheckConstraint(condition=Q(found_by__in=FoundBy.values), name="assistance_found_by"),
            models.CheckConstraint(
                condition=Q(words_sealed=None) | Q(consent_on__isnull=False), name="assistance_nothing_without_consent"
            ),
        ]


class Thanks(models.Model):
    """A note of thanks. It is shown to everybody only where the writer agreed, and staff have released it."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="thanks")
    text = personal(models.TextField())
    at = models.DateTimeField()
    public_since = models.DateTimeField(null=True, help_text="when the writer agreed that it may be shown")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure"], name="thanks_once"),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(public_since__isnull=False), name="thanks_released_with_consent"
            ),
        ]
