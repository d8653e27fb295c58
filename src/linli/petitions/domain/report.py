"""The yearly report (art. 41): by field, the bodies most complained of, what was passed on and what was adopted."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from django.utils import timezone

from linli.people.actors import Viewer
from linli.petitions.enums import Manner, Outcome, PetitionClass
from linli.petitions.models import Petition
from linli.procedures.models import shut_to

FEWEST = 5  # below this a number would point at persons


@dataclass(frozen=True)
class YearReport:
    """The petitions received in a year. Numbers below five are None where they could point at somebody.

    bodies: those complained of five times and more, most first; others: how many fell on all other bodies together,
    or None.
    """

    year: int
    total: int
    classes: list[tuple[str, int]]
    fields: list[tuple[str, int | None]]
    channels: list[tuple[str, int | None]]
    bodies: list[tuple[str, int]]
    others: int | None
    forwarded: int
    handed_over: int
    supervised: int
    suggestions: int
    adopted: int | None
    adopted_in_part: int | None


def year_report(year: int, viewer: Viewer) -> YearReport:
    """Counts over what came in a year. What is closed to the reader is in none of them, so that no count tells of it.

    Two statements.
    """
    rows = list(
        Petition.objects.filter(received_at__gte=_first(year), received_at__lt=_first(year + 1))
        .exclude(shut_to(viewer, procedure="procedure_id"))
        .values("klass", "field", "channel", "accused__name", "accused__name_en", "manner", "supervised", "outcome")
    )
    classes, outcomes = Counter(row["klass"] for row in rows), Counter(row["outcome"] for row in rows)
    named = Counter(row["accused__name"] for row in rows if row["accused__name"])
    bodies = [(name, n) for name, n in named.most_common() if n >= FEWEST]
    others = sum(named.values()) - sum(n for _name, n in bodies)
    manners = Counter(row["manner"] for row in rows)
    return YearReport(
        year=year, total=len(rows), classes=[(name, classes[name]) for name in PetitionClass.values],
        fields=_hidden(Counter(row["field"] for row in rows)),
        channels=_hidden(Counter(row["channel"] for row in rows)),
        bodies=bodies, others=_shown(others), forwarded=manners[Manner.FORWARD],
        handed_over=manners[Manner.HAND_OVER], supervised=sum(row["supervised"] > 0 for row in rows),
        suggestions=classes[PetitionClass.SUGGESTION], adopted=_shown(outcomes[Outcome.ADOPTED]),
        adopted_in_part=_shown(outcomes[Outcome.PARTLY]),
    )  # fmt: skip


def _hidden(counts: Counter[str]) -> list[tuple[str, int | None]]:
    return [(name, _shown(n)) for name, n in counts.most_common()]


def _shown(n: int) -> int | None:
    return n if n == 0 or n >= FEWEST else None


def _first(year: int, zone: tzinfo | None = None) -> datetime:
    return datetime.combine(date(year, 1, 1), time(), zone or timezone.get_default_timezone()).astimezone(UTC)


def years(viewer: Viewer, now: datetime) -> list[int]:
    """The years of which a report can be read, the newest first."""
    first = Petition.objects.exclude(shut_to(viewer, procedure="procedure_id")).order_by("received_at").first()
    newest = timezone.localtime(now).year
    oldest = timezone.localtime(first.received_at).year if first else newest
    return list(range(newest, oldest - 1, -1))
