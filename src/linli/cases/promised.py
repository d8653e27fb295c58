"""What of cases a public promise can be measured by: reports that a person made, no device's and no round's."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.cases.enums import Source as From
from linli.procedures.promise_sources import Counted, Source, register, until_entry

PEOPLE = (From.RESIDENT, From.HOTLINE, From.WINDOW, From.VOLUNTEER, From.PETITION_DESK)


def _reports(since: datetime, until: datetime, *ends: str) -> Iterable[Counted]:
    return until_entry(since, until, ends=ends, kind="case", sealed=False, case__source__in=PEOPLE)


def _told(since: datetime, until: datetime) -> Iterable[Counted]:
    return _reports(since, until, "file", "dispatch", "merge", "void")


def _done(since: datetime, until: datetime) -> Iterable[Counted]:
    return _reports(since, until, "close", "void")


register(Source("report_told", _("from a report to the word who has it"), _told))
register(Source("report_done", _("from a report to its answer"), _done))
