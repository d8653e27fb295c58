"""Files of messages hold what people wrote: they and the rows kept of them are deleted once they have lain a while."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from linli.cases.domain.importing import Step, imports_folder
from linli.cases.models import ImportRow, ImportRun

KEPT = timedelta(days=30)  # after a run is over, for whoever corrects its bad rows
WAITS = timedelta(days=7)  # a file that nobody starts
UPLOADING = timedelta(hours=1)  # a file may lie there before its run is written
BATCH = 200
Status = ImportRun.Status


def forget_imports(*, at: datetime, step: Step = transaction.atomic) -> None:
    """Forget what has lain long enough: the counts of a run stay, its file and its bad rows' words go."""
    with step():
        still = ImportRun.objects.filter(status=Status.RUNNING, started_at__lt=at - KEPT)
        still.update(status=Status.FAILED, error=ImportRun.Error.GIVEN_UP, ended_at=at)
        ImportRun.objects.filter(status=Status.PREVIEW, started_at__lt=at - WAITS).delete()
    old = ImportRow.objects.filter(run__ended_at__lt=at - KEPT).exclude(raw="")
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        with step():
            ImportRow.objects.filter(pk__in=batch).update(raw="", about="")
    _delete_files(at)


def _delete_files(at: datetime) -> None:
    needed = Q(ended_at=None) | Q(ended_at__gte=at - KEPT)
    for file in imports_folder().glob("*"):
        lay = at.timestamp() - file.stat().st_mtime
        if lay > UPLOADING.total_seconds() and not ImportRun.objects.filter(needed, sha256=file.name).exists():
            file.unlink(missing_ok=True)
