"""A petition, who brings it, the objections to its transfer, and the letters written about it."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from linli.core.catalogue import personal
from linli.people.models import Account, Organisation, Post
from linli.petitions.enums import (
    Channel,
    Field,
    Ground,
    LetterForm,
    Manner,
    Objection,
    Outcome,
    PetitionClass,
    Verdict,
)
from linli.petitions.models_attachments import Attachment
from linli.petitions.models_office import Office
from linli.procedures.models import Party, Procedure

__all__ = ["Attachment", "Letter", "Office", "Petition", "Petitioner", "TransferObjection"]
REPRESENTATIVES = 5  # at most (petition.representatives)


class Petition(models.Model):
    """One item. Its procedure is sealed: nobody reads it but the posts with a part in it.

    matter: it in a line, without names.  text_sealed: as it was told.  accused: the organisation complained of, which
    the procedure is closed to.  bound: the chair decided who handles it; that post can object no more.
    persons: how many it speaks for.  repeats: an earlier petition on the same facts.
    """

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="petition")
    klass = models.CharField(max_length=10, choices=PetitionClass)
    channel = models.CharField(max_length=7, choices=Channel)
    field = models.CharField(max_length=12, choices=Field)
    matter = personal(models.CharField(max_length=80))
    text_sealed = models.BinaryField()
    persons = models.PositiveSmallIntegerField(default=1)
    received_at = models.DateTimeField()
    accused = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    hardship = models.BooleanField(default=False, help_text="told of social aid, or helped to apply")
    named = models.BooleanField(default=True, help_text="name and address are clear; without them no notice is owed")
    bound = models.BooleanField(default=False)
    manner = models.CharField(max_length=9, choices=Manner, blank=True)
    supervised = models.PositiveSmallIntegerField(default=0)
    ground = models.CharField(max_length=14, choices=Ground, blank=True)
    extended = models.BooleanField(default=False, help_text="the time to handle can be extended once")
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    verdict = models.CharField(max_length=6, choices=Verdict, blank=True)
    repeats = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    grade = models.PositiveSmallIntegerField(null=True, help_text="the petitioner's own, 1 to 5")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(klass__in=PetitionClass.values), name="petition_class"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="petition_channel"),
            models.CheckConstraint(condition=Q(field__in=Field.values), name="petition_field"),
            models.CheckConstraint(condition=Q(outcome="") | Q(outcome__in=Outcome.values), name="petition_outcome"),
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__range=(1, 5)), name="petition_grade"),
        ]
        indexes = [models.Index(fields=["field", "received_at"], name="petition_matter")]


class Petitioner(models.Model):
    """Somebody who brings a petition: a row of its own, sealed, opened only with a reason that is kept.

    person_sealed: name, telephone and address as JSON.  place: its order among the representatives, from 1.
    party: the way back to it, for the first of them.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="petitioners")
    party = models.ForeignKey(Party, models.SET_NULL, null=True, related_name="+")
    place = models.PositiveSmallIntegerField()
    person_sealed = models.BinaryField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "place"], name="petitioner_place"),
            models.CheckConstraint(condition=Q(place__range=(1, REPRESENTATIVES)), name="petitioner_at_most_five"),
        ]


class TransferObjection(models.Model):
    """That a post which got an item said it is not theirs, why, and what became of that.

    agreed: none while it waits; the sender's answer, or the chair's.
    """

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="objections")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    ground = models.CharField(max_length=11, choices=Objection)
    at = models.DateTimeField()
    agreed = models.BooleanField(null=True)

    class Meta:
        ordering = ["at", "pk"]


class Letter(models.Model):
    """A letter to the petitioner: what it says lies sealed as JSON; its words are made when it is shown or printed."""

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="letters")
    form = models.CharField(max_length=12, choices=LetterForm)
    content_sealed = models.BinaryField()
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["issued_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(form__in=LetterForm.values), name="letter_form")]
