"""Papers sent with a form: each is stored as it comes, so that none is sent twice when something else on the page is
wrong, and a file that is not taken says why beside its own place.

    slots = [Slot("id_card", _("Identity card"))]
    take(request, slots, at=now)                    what came with this form, and what came with it before
    if form.is_valid() and not wrong_in(slots): ...
    {% include "core/uploads.html" %}               in a form of enctype multipart/form-data

Nothing here needs JavaScript. Stored files belong to nobody until the verb attaches them, and are purged after a day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.core import files
from linli.core.errors import Invalid, TooLarge
from linli.core.limits import limit
from linli.core.models import File

PER_PAPER = 6  # pages or photos of one paper


@dataclass
class Slot:
    """The place of one paper on a form.  files: those stored for it, not attached yet.  wrong: why some were not."""

    key: str
    label: Any
    hint: Any = ""
    most: int = PER_PAPER
    files: list[File] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def uuids(self) -> list[UUID]:
        return [file.uuid for file in self.files]


Naming = Callable[[UploadedFile], str]


def take(request: HttpRequest, slots: Iterable[Slot], *, at: datetime, naming: Naming | None = None) -> None:
    """Store what came with the form into its slots, after what came before, and drop what is to be left out.

    naming: what a file is called; its own name where nothing else is said.
    """
    if request.method != "POST":
        return
    left_out = set(request.POST.getlist("leave-out"))
    for slot in slots:
        _kept_before(request, slot, left_out, at)
        for upload in request.FILES.getlist(f"paper-{slot.key}"):
            if len(slot.files) >= slot.most:
                slot.wrong.append(_("%(n)d files at most for one paper.") % {"n": slot.most})
                break
            _keep(request, slot, upload, at, naming)


def put_back(request: HttpRequest, slots: Iterable[Slot], kept: Mapping[str, Iterable[str]]) -> None:
    """Fill the slots with what this browser sent earlier and nobody has yet.  kept: uuids by the key of their paper."""
    for slot in slots:
        slot.files = list(_of_here(request, kept.get(slot.key, ())).values())


def given(slots: Iterable[Slot]) -> dict[str, list[UUID]]:
    """The stored files by the key of their paper."""
    return {slot.key: slot.uuids for slot in slots if slot.files}


def wrong_in(slots: Iterable[Slot]) -> list[str]:
    """What was not taken, each with its paper and the reason."""
    return [f"{slot.label}: {said}" for slot in slots for said in slot.wrong]


def sent_off(request: HttpRequest, slots: Sequence[Slot]) -> None:
    """They belong to something now: this browser no longer opens them as its own."""
    files.forget_here(request, [uuid for slot in slots for uuid in slot.uuids])


def _kept_before(request: HttpRequest, slot: Slot, left_out: set[str], at: datetime) -> None:
    for uuid, file in _of_here(request, request.POST.getlist(f"kept-{slot.key}")).items():
        if uuid in left_out:
            files.purge_file(file.uuid, at=at)
        else:
            slot.files.append(file)


def _of_here(request: HttpRequest, uuids: Iterable[str]) -> dict[str, File]:
    """Those that this browser sent and that belong to nothing yet, in their order."""
    sent = [uuid for uuid in dict.fromkeys(uuids) if files.was_sent_here(request, uuid)]
    found = {str(file.uuid): file for file in File.objects.filter(pk__in=sent, procedure=None, purged_at=None)}
    return {uuid: found[uuid] for uuid in sent if uuid in found}


def _keep(request: HttpRequest, slot: Slot, upload: UploadedFile, at: datetime, naming: Naming | None) -> None:
    limit(request, "paper")
    name = upload.name or ""
    try:
        file = files.store(
            upload, name=naming(upload) if naming else name, procedure=None, audience=files.APART, at=at, sealed=True
        )
    except (Invalid, TooLarge) as told:
        slot.wrong.append(f"{name}: {told.message}")
        return
    files.remember(request, file)
    slot.files.append(file)
