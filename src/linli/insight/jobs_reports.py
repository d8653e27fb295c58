"""Making the report of the month that has ended, by itself and when somebody asks."""

from datetime import date, timedelta

from django.utils import timezone

from linli.core.jobs import Lease, job, periodic
from linli.insight.domain import periods, reports
from linli.insight.report_files import files_of

EVERY = timedelta(hours=6)


@periodic("insight.reports", every=EVERY, steps=True)
def make_monthly(lease: Lease) -> None:
    """The report of the last month, once, where that was recorded from its first day on."""
    today = timezone.localdate()
    month = periods.months_on(today.replace(day=1), -1)
    began = reports.first_whole_month()
    if began is None or began > month or reports.is_made(month):
        return
    lease.renew()
    reports.make_report(month=month, render=files_of, account=None, at=timezone.now())


@job(reports.MAKE, steps=True)
def make_asked(lease: Lease, month: str, account: int | None = None) -> None:
    """A further version, because somebody asked."""
    lease.renew()
    reports.make_report(month=date.fromisoformat(month), render=files_of, account=account, at=timezone.now())
