"""A stored file, or a preview of it, to whoever may see it. To everybody else it does not exist."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from linli.core import files, pictures
from linli.core.access import public
from linli.core.errors import NotFound
from linli.core.models import File

PUBLIC = "public"  # the one audience whose files a browser may keep
# Nothing in a file may run, load or be framed, whatever a reader makes of its content.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox"


@public
@require_safe
def file(request: HttpRequest, uuid: UUID, width: int | None = None) -> HttpResponse:
    found = File.objects.filter(pk=uuid).first()
    if found is None or not files.may_read(request, found):
        raise NotFound
    return answer(request, found, width)


def asked_width(request: HttpRequest) -> int | None:
    """The width that a page asks for with `?small`: that of the smallest preview."""
    return pictures.WIDTHS[0] if "small" in request.GET else None


def answer(request: HttpRequest, found: File, width: int | None = None) -> HttpResponse:
    """The file, for a page that has judged by itself that the reader may have it.

    Raises:
        NotFound: it has no preview of this width.
    """
    if found.purged_at is not None or not _has(found, width):
        raise NotFound
    media = "image/webp" if width else found.media_type
    disposition = content_disposition_header(media == pictures.PDF, found.name)
    tag = f'"{found.sha256[:32]}-{width or 0}"'
    if found.sha256 and request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(files.content_of(found, width=width), content_type=media)
        response["Content-Disposition"] = disposition or "inline"
    if found.sha256:
        response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=600" if found.audience == PUBLIC else "private, no-store"
    response["Content-Security-Policy"] = SANDBOX
    return response


def _has(found: File, width: int | None) -> bool:
    return width is None or (width in pictures.WIDTHS and found.media_type in pictures.PICTURES)
