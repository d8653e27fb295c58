"""What core tells Prometheus about the database's state."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q

from linli.core import backup, jobs, outbox
from linli.core.metrics import measured
from linli.core.models import Delivery, Job

Numbers = Mapping[tuple[str, ...], float]


@measured("linli_jobs", "jobs that are not done", labels=("state",))
def jobs_by_state(at: datetime) -> Numbers:
    late = Q(run_at__lte=at)
    found = Job.objects.filter(done_at=None, dead_at=None).aggregate(due=Count("pk", late), later=Count("pk", ~late))
    dead = Job.objects.filter(done_at=None, dead_at__isnull=False).count()
    return {("due",): found["due"], ("later",): found["later"], ("dead",): dead}


@measured("linli_jobs_oldest_seconds", "how long the oldest due job has waited")
def oldest_job(at: datetime) -> Numbers:
    return {(): jobs.oldest_due(at=at).total_seconds()}


@measured("linli_outbox_lag_seconds", "how far the slowest reader of the outbox is behind")
def outbox_lag(at: datetime) -> Numbers:
    return {(): outbox.lag(at=at).total_seconds()}


@measured("linli_deliveries", "messages to people of the last 90 days", labels=("channel", "status"))
def deliveries(_at: datetime) -> Numbers:
    rows = Delivery.objects.values_list("channel", "status").annotate(number=Count("pk"))
    return {(channel, status): number for channel, status, number in rows}


@measured("linli_backup_age_seconds", "age of the newest backup in LINLI_BACKUPS")
def backup_age(at: datetime) -> Numbers:
    age = backup.newest_age(at) if settings.BACKUPS else None
    return {} if age is None else {(): age.total_seconds()}
