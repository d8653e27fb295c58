"""A mediation: whose dispute it is, who stands on which side, what was proposed, met about, agreed and signed."""

from django.db import models
from django.db.models import Q

from linli.core.catalogue import personal
from linli.mediation.enums import (
    AgreementStatus,
    Channel,
    Consent,
    Court,
    Form,
    Meeting,
    Offer,
    SessionStatus,
    Side,
    Told,
)
from linli.mediation.models_protection import HelpLine, Protection, ProtectionOrder, SafeContact, SealedNote
from linli.people.models import Post
from linli.procedures.models import Party, Procedure

__all__ = [
    "Agreement", "HelpLine", "Invitee", "Mediation", "Participant", "Performance", "Proposal", "Protection",
    "ProtectionOrder", "SafeContact", "SealedNote", "Session", "Signature",
]  # fmt: skip


class Mediation(models.Model):
    """One dispute. Its procedure is sealed: only the posts with a part in it read it.

    type: a code of data/types.toml.  open: both sides want it held before others, and nothing private is touched.
    ways_told: the legal ways that were named when it ended without an agreement, or with a broken one.
    """

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="mediation")
    type = models.SlugField(max_length=30)
    channel = models.CharField(max_length=8, choices=Channel)
    matter = personal(models.TextField(help_text="what it is about, in the applicant's words"))
    wish = personal(models.TextField(blank=True, help_text="what the applicant wants"))
    open = models.BooleanField(default=False)
    open_wanted = models.JSONField(default=list, help_text="the sides that asked for an open hearing")
    ways_told = models.JSONField(default=list)
    outcome = models.TextField(blank=True, help_text="why it ended, or what was done")
    screened_at = models.DateTimeField(null=True, help_text="when the safety questions were all answered with no")
    begun_at = models.DateTimeField(null=True, help_text="when everybody was willing")
    remind_at = models.DateTimeField(null=True, help_text="the month after it; a reminder, no limit that can be broken")
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="mediation_channel"),
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(reminded_at=None), name="mediation_remind"),
        ]


class Participant(models.Model):
    """A party as the mediation knows it: name, side, what it was told and whether it is willing.

    details_sealed: identity number and address, for the agreement and the court.  talks: it allows a shared talk now.
    speaks_for: whose interest it stands for besides its own, such as a minor child's.
    """

    party = models.OneToOneField(Party, models.CASCADE, primary_key=True, related_name="participant")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="participants")
    side = models.CharField(max_length=10, choices=Side)
    name = personal(models.CharField(max_length=80))
    details_sealed = models.BinaryField(null=True)
    speaks_for = personal(models.CharField(max_length=80, blank=True))
    consent = models.CharField(max_length=8, choices=Consent, default=Consent.UNASKED)
    consent_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=8, choices=Told, blank=True)
    told_at = models.DateTimeField(null=True)
    talks = models.BooleanField(default=False)

    class Meta:
        ordering = ["side", "name", "party"]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=Side.values), name="participant_side"),
            models.CheckConstraint(condition=Q(consent__in=Consent.values), name="participant_consent"),
            models.CheckConstraint(
                condition=~Q(consent=Consent.YES) | Q(told_at__isnull=False), name="participant_told_before"
            ),
        ]


class Proposal(models.Model):
    """A mediator whom one side proposes and the other accepts; without a side the committee proposes to both."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="proposals")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side, blank=True)
    accepted_by = models.JSONField(default=list, help_text="the sides that said yes")
    status = models.CharField(max_length=8, choices=Offer, default=Offer.OPEN)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Offer.values), name="proposal_status"),
            models.UniqueConstraint(fields=["procedure", "post"], condition=Q(status=Offer.OPEN), name="proposed_once"),
        ]


class Invitee(models.Model):
    """A relative, neighbour, colleague or expert who is to take part; only with the consent of all parties."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="invitees")
    name = personal(models.CharField(max_length=80))
    what = models.CharField(max_length=120, help_text="who that is, and what for")
    status = models.CharField(max_length=8, choices=Offer, default=Offer.OPEN)
    agreed = models.ManyToManyField(Participant, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=Q(status__in=Offer.values), name="invitee_status")]


class Session(models.Model):
    """One meeting, planned and then recorded. only: the side it is with, where it is held with one alone."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="sessions")
    starts = models.DateTimeField()
    where = models.CharField(max_length=120)
    manner = models.CharField(max_length=8, choices=Meeting)
    only = models.CharField(max_length=10, choices=Side, blank=True)
    status = models.CharField(max_length=9, choices=SessionStatus, default=SessionStatus.PLANNED)
    present = personal(models.CharField(max_length=300, blank=True))
    record = personal(models.TextField(blank=True, help_text="the course and the result, as the file keeps it"))

    class Meta:
        ordering = ["starts", "id"]
        constraints = [models.CheckConstraint(condition=Q(status__in=SessionStatus.values), name="session_status")]


class Agreement(models.Model):
    """What was agreed: facts, issues and liability, content; its performances are rows of their own.

    draft: counts the versions laid out; a signature is under one of them.  effective_at: when it took effect.
    """

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="agreement")
    form = models.CharField(max_length=8, choices=Form)
    status = models.CharField(max_length=9, choices=AgreementStatus, default=AgreementStatus.DRAFT)
    draft = models.PositiveSmallIntegerField(default=1)
    facts = personal(models.TextField())
    issues = personal(models.TextField(blank=True))
    content = personal(models.TextField())
    seal = models.CharField(max_length=120, blank=True, help_text="whose seal stands under it")
    sealed_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(null=True)
    court = models.CharField(max_length=9, choices=Court, blank=True)
    court_name = models.CharField(max_length=80, blank=True)
    court_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(form__in=Form.values), name="agreement_form"),
            models.CheckConstraint(
                condition=Q(status=AgreementStatus.IN_EFFECT, effective_at__isnull=False)
                | (~Q(status=AgreementStatus.IN_EFFECT) & Q(effective_at=None)),
                name="agreement_effect",
            ),
        ]


class Performance(models.Model):
    """One thing that somebody does under the agreement, how, and by when."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="performances")
    by = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    what = models.CharField(max_length=300)
    manner = models.CharField(max_length=200)
    due = models.DateField()
    reminded_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    proof = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due", "id"]
        indexes = [models.Index(fields=["due"], condition=Q(done_on=None, reminded_on=None), name="performance_due")]


class Signature(models.Model):
    """A name under one draft of an agreement: a party's, or, without one, the mediator's."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures")
    participant = models.ForeignKey(Participant, models.CASCADE, null=True, related_name="+")
    draft = models.PositiveSmallIntegerField()
    name = personal(models.CharField(max_length=80))
    image = models.UUIDField(null=True, help_text="the file with the drawn signature; without one the name was typed")
    witnessed = models.BooleanField(default=False, help_text="signed on paper before a member of staff")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "participant", "draft"], name="signed_once"),
            models.UniqueConstraint(
                fields=["agreement", "draft"], condition=Q(participant=None), name="mediator_signed_once"
            ),
        ]
