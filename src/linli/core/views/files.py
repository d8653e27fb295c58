"""A stored file, or a preview of it, to whoever may see it. To everybody else it does not exist."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from linli.core import files, pictures
from linli.core.access import public
from linli.core.errors import NotFound
from linli.core.models import File

# Nothing in a file may run, load or be framed, whatever a reader makes of its content.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox"


@public
@require_safe
def file(request: HttpRequest, uuid: UUID, width: int | None = None) -> HttpResponse:
    found = File.objects.filter(pk=uuid).first()
    if found is None or not files.may_read(request, found) or not _has(found, width):
        raise NotFound
    media = "image/webp" if width else found.media_type
    disposition = content_disposition_header(media == pictures.PDF, found.name)
    tag = f'"{found.sha256[:32]}-{width or 0}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(files.path_of(found, width=width).read_bytes(), content_type=media)
        response["Content-Disposition"] = disposition or "inline"
    response["ETag"] = tag
    response["Cache-Control"] = "no-store" if files.is_sealed(found) else "private, max-age=600"
    response["Content-Security-Policy"] = SANDBOX
    return response


def _has(found: File, width: int | None) -> bool:
    return width is None or (width in pictures.WIDTHS and found.media_type in pictures.PICTURES)
