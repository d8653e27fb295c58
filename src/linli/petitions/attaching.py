"""The one place for photos and documents on the pages of a petition."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.core import uploads
from linli.core.uploads import Slot
from linli.petitions.domain.attachments import NAME

KEY = "proof"
AT_ONCE = 10


def slots() -> list[Slot]:
    hint = _("What shows what you tell: photos, letters, receipts. The names of the files are not kept.")
    return [Slot(KEY, _("Photos or documents"), hint, most=AT_ONCE)]


def take(request: HttpRequest, places: list[Slot], *, at: datetime) -> None:
    """Store what came; each is called the same, for the name of a file may say who sent it."""
    uploads.take(request, places, at=at, naming=lambda _upload: NAME)
