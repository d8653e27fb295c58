"""What the model learns from: invented messages, the catalogue's own words, and cases that the desk has filed.

A model's vocabulary is a store of words. So a sealed case is never learnt from, nor one of a class of which the public
sees nothing, nor one that somebody is shut out of: those classes are learnt from invented messages alone. And a gram is
kept only where five cases share it (`engines.triage`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from django.db.models import F, Q, QuerySet

from linli.cases.domain.catalogue import catalogue
from linli.cases.enums import Publicity
from linli.cases.models import Case
from linli.engines.triage.lesson import Lesson

MOST_OF_A_CLASS = 1000  # cases, the newest; more teach little and take long
READ = 20_000
Source = Callable[[], Iterable[Lesson]]
_sources: dict[str, Source] = {}


def offer_lessons(name: str, source: Source) -> None:
    """Let messages from elsewhere be learnt from, too; those of classes that the catalogue does not have are left."""
    _sources[name] = source


def gather() -> dict[str, list[Lesson]]:
    """Every lesson, by where it comes from, of the classes in force."""
    known = {klass.code for klass in catalogue().classes}
    sources = {**_sources, "catalogue": _of_catalogue, "cases": _of_cases}
    return {name: [one for one in source() if one.label in known] for name, source in sources.items()}


def _of_catalogue() -> Iterator[Lesson]:
    """Names and filing conditions, phrase by phrase: a class that was added yesterday is read, too."""
    for klass in catalogue().classes:
        words = f"{klass.name}；{klass.filing}；{klass.name_en}; {klass.filing_en}"
        for phrase in filter(None, map(str.strip, re.split(r"[；;，,、。（）()]", words))):
            yield Lesson(phrase, klass.code, group=f"catalogue:{phrase}")


def _of_cases() -> Iterator[Lesson]:
    """What people wrote, under the class that the desk filed it as. The same text twice is one group."""
    taken: Counter[str] = Counter()
    found = learnable_cases().order_by("-procedure__opened").values_list("text", "klass__code")
    for text, code in found[:READ].iterator():
        taken[code] += 1
        if taken[code] <= MOST_OF_A_CLASS:
            yield Lesson(text, code, group=f"case:{''.join(text.split())}", private=True)


def learnable_cases() -> QuerySet[Case]:
    """Closed cases, and open ones whose class the desk has put right."""
    shown = Case.objects.exclude(klass__publicity=Publicity.NEVER).exclude(text="")
    shown = shown.filter(procedure__sealed=False, procedure__excludes=False, klass__sealed=False)
    misread = Q(reading__first__isnull=False, reading__unsure=False) & ~Q(reading__first=F("klass"))
    misreported = Q(reading__reported__isnull=False) & ~Q(reading__reported=F("klass"))
    put_right = (misread | misreported) & ~Q(procedure__state="void")
    return shown.filter(Q(procedure__state="closed") | put_right)
