"""What is counted of cases: one row of facts for each, and sums by day and by month that the pages read."""

from django.db import models
from django.db.models import Q

from linli.core.fields import PathField
from linli.insight.enums import Grain
from linli.procedures.models import Procedure

PLACE_LENGTH = 20  # down to the estate (or the grid cell); nothing is counted by building


class CaseFact(models.Model):
    """What one case counts as: dates and flags read from its story, clocks and assignments. It holds no words.

    Only what is countable enters the sums; the rest (sealed, closed to somebody, of a class never public) is counted
    row by row for those who may see it. Keys are plain numbers, 0 for none, so that a sum outlives what it was of.
    """

    procedure = models.OneToOneField(Procedure, models.CASCADE, primary_key=True, related_name="fact")
    countable = models.BooleanField()
    klass = models.BigIntegerField(default=0)
    place = PathField(max_length=PLACE_LENGTH, blank=True)
    organisation = models.BigIntegerField(default=0, help_text="of the post that handles it")
    post = models.BigIntegerField(default=0, help_text="the post that handles it")
    reported = models.DateField()
    due = models.DateTimeField(null=True, help_text="when the limit for handling ends; none where none runs")
    due_day = models.DateField(null=True, help_text="the last day of that limit")
    filed = models.BooleanField(default=False)
    invalid = models.BooleanField(default=False)
    answered = models.BooleanField(default=False)
    answer_minutes = models.PositiveIntegerField(default=0, help_text="from the report to the first word back")
    handled = models.BooleanField(default=False)
    handed_in = models.BooleanField(default=False)
    reworked = models.BooleanField(default=False)
    closed = models.BooleanField(default=False)
    in_time = models.BooleanField(default=False)
    right_first = models.BooleanField(default=False)
    finished = models.BooleanField(default=False, help_text="closed at least once")
    reopened = models.BooleanField(default=False)
    grade = models.PositiveSmallIntegerField(default=0, help_text="1 to 5; 0 where nobody said")

    class Meta:
        indexes = [
            models.Index(fields=["reported"], name="fact_reported"),
            models.Index(fields=["due_day"], name="fact_due_day"),
            models.Index(fields=["procedure"], condition=Q(countable=False), name="fact_uncounted"),
        ]


class Rollup(models.Model):
    """Sums over the countable cases of one day (or month), class, place, organisation and post.

    What hangs on the report is counted on its day, what hangs on the limit on the day on which that ends; `day` is the
    first of the month where the grain is a month. The columns are the measures of `domain.measures`.
    """

    grain = models.CharField(max_length=1, choices=Grain)
    day = models.DateField()
    klass = models.BigIntegerField()
    place = PathField(max_length=PLACE_LENGTH, blank=True)
    organisation = models.BigIntegerField()
    post = models.BigIntegerField()
    reported = models.IntegerField(default=0)
    filed = models.IntegerField(default=0)
    invalid = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    answer_minutes = models.BigIntegerField(default=0)
    due = models.IntegerField(default=0)
    handled = models.IntegerField(default=0)
    handed_in = models.IntegerField(default=0)
    reworked = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    in_time = models.IntegerField(default=0)
    right_first = models.IntegerField(default=0)
    finished = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    grade_1 = models.IntegerField(default=0)
    grade_2 = models.IntegerField(default=0)
    grade_3 = models.IntegerField(default=0)
    grade_4 = models.IntegerField(default=0)
    grade_5 = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grain", "day", "klass", "place", "organisation", "post"], name="rollup_cell"
            )
        ]


class Comparison(models.Model):
    """One reading of every case against what was counted of it, and what had to be put right."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cases = models.PositiveIntegerField(default=0)
    facts_missing = models.PositiveIntegerField(default=0)
    facts_wrong = models.PositiveIntegerField(default=0)
    cells = models.PositiveIntegerField(default=0)
    cells_wrong = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=list, help_text="the first fifty, as [what, key]")


from linli.insight.models_actions import Action as Action  # noqa: E402
from linli.insight.models_actions import Report as Report  # noqa: E402
from linli.insight.models_actions import ReportFile as ReportFile  # noqa: E402
from linli.insight.models_indicators import DailyCount as DailyCount  # noqa: E402  in a file of their own
from linli.insight.models_indicators import IndicatorVersion as IndicatorVersion  # noqa: E402
from linli.insight.models_indicators import OutsideValue as OutsideValue  # noqa: E402
from linli.insight.models_indicators import Review as Review  # noqa: E402
