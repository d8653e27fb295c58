"""Photos that somebody adds to what they are writing: each is checked and made anew when it arrives, and shown small.

Until it is sent a photo is nobody's, opens in this browser alone, and is deleted by itself after a while.
"""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.timezone import now
from django.utils.translation import ngettext

from linli.core import files
from linli.core.errors import DomainError
from linli.core.forms import KitForm
from linli.core.limits import limit
from linli.people.middleware import Request

Kept = list[dict[str, Any]]


def take_photos(request: Request, kept: Kept, form: KitForm, *, most: int) -> None:
    """Store what the form's `photos` brought, into `kept`. A file that cannot be taken is named with the reason; the
    others stay."""
    for upload in form.cleaned_data["photos"]:
        if len(kept) >= most:
            told = ngettext(
                "You can send %(most)d photo. Remove it to add another.",
                "You can send %(most)d photos. Remove one to add another.", most,
            )  # fmt: skip
            form.add_error("photos", told % {"most": most})
            return
        limit(request, "photo")
        try:
            kept.append(_stored(request, upload))
        except DomainError as told_:
            form.add_error("photos", f"{upload.name}: {told_.message}")


def without_photo(kept: Kept, uuid: str) -> Kept:
    """Delete one of them; those that stay."""
    if any(photo["uuid"] == uuid for photo in kept):
        files.purge_file(UUID(uuid), at=now())
    return [photo for photo in kept if photo["uuid"] != uuid]


def _stored(request: Request, upload: UploadedFile) -> dict[str, Any]:
    kept = files.store(upload, name=upload.name or "", procedure=None, audience="parties", at=now(), photo=True)
    files.remember(request, kept)
    return {"uuid": str(kept.uuid), "name": kept.name, "width": kept.width, "height": kept.height}
