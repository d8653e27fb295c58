"""The legal studio: questions and their answers, law lessons, and the yearly check of who works with children."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import personal
from linli.people.models import Account, Post
from linli.procedures.models import Procedure


class Band(models.TextChoices):
    """For whom a lesson is: kindergarten to secondary school in one line, and the grown-ups around them."""

    KINDERGARTEN = "kindergarten", _("kindergarten")
    PRIMARY = "primary", _("primary school")
    MIDDLE = "middle", _("middle school")
    PARENTS = "parents", _("parents and teachers")
    ADULTS = "adults", _("everybody")
    AGED = "aged", _("the aged")


MINORS = (Band.KINDERGARTEN, Band.PRIMARY, Band.MIDDLE)


class LegalQuestion(models.Model):
    """One question. Its procedure is sealed: the posts that answer see it, nobody by place.

    topic: code of a topic of the clause cards.  cards: codes of those that the answer points to.
    """

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="legal_question")
    topic = models.SlugField(max_length=20)
    words_sealed = models.BinaryField(null=True)
    answer_sealed = models.BinaryField(null=True)
    cards = models.JSONField(default=list)
    content = models.BooleanField(null=True, help_text="whether the asker says that the answer helped")


class Lesson(models.Model):
    """A session of law education, or a lawyer's hour. attended: how many came, none before it was held; never who."""

    action = models.UUIDField(unique=True)
    title = models.CharField(max_length=80)
    band = models.CharField(max_length=12, choices=Band)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    where = models.CharField(max_length=80)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", help_text="who gives it")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    attended = models.PositiveIntegerField(null=True)
    cancelled = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["starts"], name="lesson_starts")]
        constraints = [
            models.CheckConstraint(condition=Q(band__in=Band.values), name="lesson_band"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="lesson_in_order"),
            models.CheckConstraint(condition=Q(cancelled=False) | Q(attended=None), name="lesson_cancelled_has_nobody"),
        ]


class ChildWorkCheck(models.Model):
    """That somebody's records were looked at, as the law asks every year of who works with children.

    Only the day is kept, never what the records say: who may not work with children gets no row.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    checked_on = models.DateField()
    recorded_by = personal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "checked_on"], name="child_work_check_once")]
