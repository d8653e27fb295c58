"""What was learnt of which class a message reads like, and what it read."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TriageModel(models.Model):
    """One learning of which class a message reads like: on what, how well it does, and why it is used or not.

    Only the active one has a file, named by its hash. `report` holds `engines.triage.Report` as a dictionary.
    """

    class Labels(models.TextChoices):
        OURS = "ours", _("our classes")
        SEVEN = "seven", _("the seven labels of the published messages")

    class Verdict(models.TextChoices):
        FIRST = "first", _("It is the first.")
        NOT_WORSE = "not_worse", _("It reads no class worse than the one before, on the whole.")
        WORSE = "worse", _("It would have been worse than the one before, so the one before stayed.")
        TRIAL = "trial", _("It was tried only. A model of other labels is never used.")

    labels = models.CharField(max_length=5, choices=Labels, default=Labels.OURS)
    trained_at = models.DateTimeField(db_index=True)
    sha256 = models.CharField(max_length=64)
    sources = models.JSONField(default=dict, help_text="how many messages of each class, by where they come from")
    learnable = models.PositiveIntegerField(default=0, help_text="cases that could be learnt from at that time")
    report = models.JSONField(default=dict)
    macro_f1 = models.FloatField()
    before_f1 = models.FloatField(null=True, help_text="of the model before, over the classes that both know")
    after_f1 = models.FloatField(null=True, help_text="of this one, over the same")
    threshold = models.FloatField()
    verdict = models.CharField(max_length=9, choices=Verdict)
    active = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="triage_one_active"),
            models.CheckConstraint(condition=Q(active=False) | Q(labels="ours"), name="triage_active_is_ours"),
        ]


class TriageReading(models.Model):
    """What the model read in a case when it was filed, beside what the reporter chose and what the desk filed."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="reading")
    model = models.ForeignKey(TriageModel, models.PROTECT, related_name="readings")
    first = models.ForeignKey("cases.CaseClass", models.PROTECT, null=True, related_name="+")
    probability = models.FloatField()
    unsure = models.BooleanField()
    reported = models.ForeignKey("cases.CaseClass", models.PROTECT, null=True, related_name="+")
    filed = models.ForeignKey("cases.CaseClass", models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True, help_text="when it was filed")
