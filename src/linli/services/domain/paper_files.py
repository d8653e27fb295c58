"""Papers handed in as photographs or files: when applying, later when asked, or scanned at the window.

That a file came does not tick the paper: whoever has the request looks at it and ticks it, as with what lies on the
counter.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core import files
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import File
from linli.core.viewlog import note_reading
from linli.people.actors import Actor
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, PartyKind
from linli.services.domain.papers import Kept
from linli.services.models import Request, RequestMaterial
from linli.services.models_papers import PaperFile
from linli.services.workflow import OPEN, works_on_it

OTHER = "other"  # what was asked for beside the checklist
MOST = 60  # files of one request
FIELD = "request.paper"  # as the log of views names it
KEPT_AFTER_END = timedelta(days=180)  # as long as a decision can be sued about (Administrative Litigation Law 46)

Given = Mapping[str, Sequence[UUID]]
"""By the paper's key, stored files that belong to nobody yet."""


def hand_in(*, request: Request, given: Given, by: Actor, at: datetime, action: UUID) -> None:
    """Add files to a request that is still open. A second call with the same action has no effect.

    Raises:
        Refused: neither the applicant nor a post that works on it.
        Conflict: it is over.
        Invalid: nothing was added, too much, or for a paper that this request does not ask for.
    """
    applicant = by.party is not None and request.procedure.parties.filter(pk=by.party, kind=PartyKind.REPORTER).exists()
    if not applicant and not works_on_it(by, request.procedure):
        raise Refused
    if request.procedure.state not in OPEN:
        raise Conflict(_("This request is finished. Papers are not taken any more."))
    if not any(given.values()):
        raise Invalid(_("Add a photo or a file of at least one paper."))
    with transaction.atomic():
        if not first_time(action, "papers_sent", procedure=request.procedure, by=by, at=at):
            return
        keep(request, given, scanned=not applicant, at=at)
        append_entry(
            request.procedure, "papers_sent", by=by, at=at, audience=Audience.PARTIES,
            says={"papers": sorted(key for key in given if given[key]), "files": sum(map(len, given.values()))},
        )  # fmt: skip


def keep(request: Request, given: Given, *, scanned: bool, at: datetime, reused: bool = False) -> None:
    """Give stored files to a request, in the caller's transaction.

    Raises:
        Invalid: a paper that it does not ask for, more files than one request takes, or one that is gone.
    """
    known = set(RequestMaterial.objects.filter(request=request).values_list("key", flat=True)) | {OTHER}
    if strange := {key for key in given if given[key]} - known:
        raise Invalid(fields={"papers": _("This request asks for no paper “%(key)s”.") % {"key": min(strange)}})
    uuids = [uuid for each in given.values() for uuid in each]
    if PaperFile.objects.filter(request=request).count() + len(uuids) > MOST:
        raise Invalid(_("One request takes %(n)d files. Bring the rest to the window.") % {"n": MOST})
    files.attach(uuids, procedure=request.pk, audience=files.APART)
    PaperFile.objects.bulk_create(
        PaperFile(request=request, key=key, file_id=uuid, scanned=scanned, reused=reused, sent_at=at)
        for key, each in given.items()
        for uuid in each
    )


def copies_of(kept: Kept, keys: Iterable[str], *, at: datetime) -> dict[str, list[UUID]]:
    """Copies of the files of papers that serve again, for a request of its own: neither is purged with the other."""
    wanted = {key: kept[key] for key in keys if key in kept}
    rows = PaperFile.objects.filter(
        request__in=[request.pk for request in wanted.values()], key__in=wanted, file__purged_at=None
    ).select_related("file")
    made: dict[str, list[UUID]] = {}
    for row in rows:
        if wanted[row.key].pk == row.request_id:
            made.setdefault(row.key, []).append(files.copy_to(row.file, procedure=None, at=at).uuid)
    return made


# --- reading


def files_of(request: Request) -> dict[str, list[PaperFile]]:
    """The files of a request by their paper. One statement."""
    found: dict[str, list[PaperFile]] = {}
    for row in PaperFile.objects.filter(request=request, file__purged_at=None).select_related("file"):
        found.setdefault(row.key, []).append(row)
    return found


def file_of(request: Request, uuid: UUID) -> File:
    """One file of this request, for who may read the request.

    Raises:
        NotFound: it is none of this request's.
    """
    row = PaperFile.objects.filter(request=request, file=uuid, file__purged_at=None).select_related("file").first()
    if row is None:
        raise NotFound
    return row.file


def note_opened(request: Request, *, by: Actor, at: datetime) -> None:
    """Keep that a member of staff reads the papers of a request; the person can read that they did."""
    party = request.procedure.parties.filter(kind=PartyKind.REPORTER).select_related("account").first()
    note_reading(
        field=FIELD, viewer=by.account, post_title=by.post.title if by.post else "",
        subject=party.account if party else None, procedure=request.pk, reason=_("to check the papers of the request"),
        at=at,
    )  # fmt: skip


# --- forgetting


def forget_papers(*, at: datetime) -> int:
    """Purge the files of requests that ended half a year ago, but for those that may serve again. Returns how many."""
    today = timezone.localdate(at)
    serves = Q(request__keep_papers=True, request__keep_until__gte=today)
    over = PaperFile.objects.filter(request__procedure__closed__lt=at - KEPT_AFTER_END).exclude(serves)
    gone = list(over.values_list("pk", "file_id")[:500])
    for pk, uuid in gone:
        with transaction.atomic():
            PaperFile.objects.filter(pk=pk).delete()
            files.purge_file(uuid, at=at)
    return len(gone)
