"""Files of procedures: checked by content, made anew, stored by uuid below `settings.FILES`.

    photo = store(upload, name=upload.name, procedure=None, audience="staff", at=now)    nobody's yet
    attach([photo.uuid], procedure=procedure.uuid, audience="parties")                   in the verb's transaction

Pictures and PDF files are made anew, so that only what is seen of them is left. A file whose audience is `APART` is
served by the pages of its own app alone, never by its address here.

Bytes are on the disk before there is a row, and gone after the row says `purged_at`: a job sees to it. What was never
attached is purged a day later.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core import jobs, pictures, seeing
from linli.core.documents import remake_pdf
from linli.core.errors import Invalid, TooLarge
from linli.core.models import File
from linli.core.sealed import seal_bytes, unseal_bytes

MAX_SIZE = 10 * 1024 * 1024
UNATTACHED = timedelta(days=1)
SESSION = "files"
SESSION_MOST = 40
APART = "apart"
BYTES_FIELD = "file.bytes"
OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
COPIED = ("audience", "sealed", "name", "media_type", "size", "width", "height", "sha256")


def store(
    upload: IO[bytes],
    *,
    name: str,
    procedure: UUID | None,
    audience: str,
    at: datetime,
    sealed: bool = False,
    photo: bool = False,
) -> File:
    """Check and keep an uploaded file; pictures are turned upright and lose all but their pixels, documents all but
    their pages (`core.documents`).

    upload: an open binary file.  name: as the person called it, shown to whoever may open the file.
    procedure: None until `attach` gives it to one.  sealed: the bytes are sealed on the disk.
    photo: documents are not taken.

    Raises:
        Invalid: empty, damaged, locked, or not a JPEG, PNG, WebP or PDF, whatever its name.
        TooLarge: 10 MB, 40 megapixels or 40 pages.
    """
    data = _read(upload)
    media = pictures.media_type(data[:512])
    width = height = None
    parts: dict[str, bytes] = {}
    if media in pictures.PICTURES:
        picture = pictures.remake(data, media)
        data, width, height = picture.data, picture.width, picture.height
        parts = {f"{wide}.webp": preview for wide, preview in picture.previews.items()}
    elif photo:
        raise Invalid(_("This is no photo. Send a JPEG, PNG or WebP."))
    else:
        data = remake_pdf(data)
    uuid = uuid4()
    for ending, part in {pictures.EXTENSIONS[media]: data, **parts}.items():
        _write(_path(uuid, ending), seal_bytes(part, row=uuid, field=BYTES_FIELD) if sealed else part)
    return File.objects.create(
        uuid=uuid,
        procedure=procedure,
        audience=audience,
        sealed=sealed,
        name=_plain_name(name, media),
        media_type=media,
        size=len(data),
        width=width,
        height=height,
        sha256="" if sealed else hashlib.sha256(data).hexdigest(),
        uploaded_at=at,
    )


def attach(uuids: Iterable[UUID], *, procedure: UUID, audience: str) -> None:
    """Give stored files to a procedure. Those that it has already stay, so that a repeated act has one effect.

    Raises:
        Invalid: one of them is gone, or belongs to another.
    """
    wanted = set(uuids)
    free = File.objects.filter(Q(procedure=None) | Q(procedure=procedure), pk__in=wanted, purged_at=None)
    if wanted and free.update(procedure=procedure, audience=audience) != len(wanted):
        raise Invalid(_("A photo is no longer here. Please add it again."))


def readdress(procedure: UUID, *, audience: str) -> None:
    """Let another audience read all files of a procedure."""
    File.objects.filter(procedure=procedure, purged_at=None).update(audience=audience)


def copy_to(file: File, *, procedure: UUID | None, at: datetime) -> File:
    """The same file once more, for another procedure or for none yet: each is purged with its own."""
    uuid = uuid4()
    widths = pictures.WIDTHS if file.media_type in pictures.PICTURES else ()
    for width in (None, *widths):
        data = content_of(file, width=width)
        ending = f"{width}.webp" if width else pictures.EXTENSIONS[file.media_type]
        _write(_path(uuid, ending), seal_bytes(data, row=uuid, field=BYTES_FIELD) if file.sealed else data)
    values = {name: getattr(file, name) for name in COPIED}
    return File.objects.create(uuid=uuid, procedure=procedure, uploaded_at=at, **values)


def purge_file(uuid: UUID, *, at: datetime) -> None:
    """Forget a file: its name now, its bytes by a job of the same transaction."""
    _purge(File.objects.filter(pk=uuid), uuid, at)


def _purge(found: QuerySet[File], uuid: UUID, at: datetime) -> None:
    """found: the file, if it is still such as is to go; asked in the very statement that purges it."""
    with transaction.atomic():
        if found.filter(purged_at=None).update(purged_at=at, name="", sha256=""):
            jobs.enqueue("files.forget", {"file": uuid}, at=at)


def purge_all(procedure: UUID, *, at: datetime | None = None) -> None:
    for uuid in File.objects.filter(procedure=procedure, purged_at=None).values_list("pk", flat=True):
        purge_file(uuid, at=at or timezone.now())


# --- reading


def remember(request: HttpRequest, file: File) -> None:
    """Let this browser see a file that it has just sent and that belongs to no procedure yet."""
    request.session[SESSION] = [*request.session.get(SESSION, []), str(file.uuid)][-SESSION_MOST:]


def may_read(request: HttpRequest, file: File) -> bool:
    if file.purged_at is not None:
        return False
    if file.procedure is None or file.audience == APART:
        return file.procedure is None and str(file.uuid) in request.session.get(SESSION, [])
    return seeing.sees_file(request, procedure=file.procedure, audience=file.audience)


def was_sent_here(request: HttpRequest, uuid: str) -> bool:
    """Whether this browser has sent a file of this uuid lately."""
    return uuid in request.session.get(SESSION, [])


def forget_here(request: HttpRequest, uuids: Iterable[UUID]) -> None:
    """This browser no longer knows that it sent these."""
    gone = {str(uuid) for uuid in uuids}
    request.session[SESSION] = [uuid for uuid in request.session.get(SESSION, []) if uuid not in gone]


def content_of(file: File, *, width: int | None = None) -> bytes:
    """The bytes of the file, or of its preview of this width, opened where they are sealed."""
    data = path_of(file, width=width).read_bytes()
    return unseal_bytes(data, row=file.uuid, field=BYTES_FIELD) if file.sealed else data


def path_of(file: File, *, width: int | None = None) -> Path:
    """Where the bytes are: of the file, or of its preview of this width."""
    return _path(file.uuid, f"{width}.webp" if width else pictures.EXTENSIONS[file.media_type])


# --- looking after them


@jobs.job("files.forget")
def forget(file: str) -> None:
    """Take the bytes of a purged file off the disk."""
    for path in _path(UUID(file), "*").parent.glob(f"{file}.*"):
        path.unlink()


@jobs.periodic("files.clean", every=timedelta(hours=6), steps=True)
def clean(lease: jobs.Lease) -> None:
    """Purge what was never attached, and bytes whose row was never written because the process ended between."""
    now = timezone.now()
    waiting = File.objects.filter(procedure=None, purged_at=None, uploaded_at__lt=now - UNATTACHED)
    for uuid in waiting.values_list("pk", flat=True):
        with lease.step():
            _purge(waiting.filter(pk=uuid), uuid, now)  # somebody may attach it in this moment
    for batch in _batches(_old(now - UNATTACHED)):
        lease.renew()
        known = {str(uuid) for uuid in File.objects.filter(pk__in=set(batch.values())).values_list("pk", flat=True)}
        for path, uuid in batch.items():
            if str(uuid) not in known:
                path.unlink(missing_ok=True)


def _old(before: datetime) -> Iterator[tuple[Path, UUID]]:
    """Files of ours that lie there since then. What else somebody's tools leave in the folder is theirs."""
    for path in settings.FILES.glob("??/??/*"):
        uuid = path.name.lstrip(".").partition(".")[0]
        if OURS.fullmatch(uuid) and path.stat().st_mtime < before.timestamp():
            yield path, UUID(uuid)


def _batches(found: Iterable[tuple[Path, UUID]], size: int = 300) -> Iterator[dict[Path, UUID]]:
    batch: dict[Path, UUID] = {}
    for path, uuid in found:
        batch[path] = uuid
        if len(batch) == size:
            yield batch
            batch = {}
    if batch:
        yield batch


def _read(upload: IO[bytes]) -> bytes:
    upload.seek(0)
    data = upload.read(MAX_SIZE + 1)
    if not data:
        raise Invalid(_("This file is empty. Take the photo again, or choose another file."))
    if len(data) > MAX_SIZE:
        raise TooLarge(_("This file is larger than 10 MB. Choose a smaller one, or take the photo at a lower setting."))
    return data


def _plain_name(name: str, media: str) -> str:
    """The last part of the name without control characters, and with the ending that the content has."""
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "file"
    printable = "".join(sign for sign in stem if sign.isprintable()).strip() or "file"
    return f"{printable[:110]}.{pictures.EXTENSIONS[media]}"


def _path(uuid: UUID, ending: str) -> Path:
    name = str(uuid)
    return settings.FILES / name[:2] / name[2:4] / f"{name}.{ending}"


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, also when the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}")
    with new.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
