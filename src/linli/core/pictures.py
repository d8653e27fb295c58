"""What a file is, by its content, and pictures made anew without anything that their camera added."""

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from linli.core.errors import Invalid, TooLarge

MAX_PIXELS = 40_000_000
WIDTHS = (320, 1280)
QUALITY = 85
PREVIEW_QUALITY = 75

PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
PDF = "application/pdf"
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", PDF: "pdf"}

# What Pillow raises on a damaged picture, by format.
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, zlib.error, MemoryError)


@dataclass(frozen=True)
class Picture:
    """A picture made anew: its bytes, size in pixels, and WebP previews by width."""

    data: bytes
    width: int
    height: int
    previews: dict[int, bytes]


def media_type(head: bytes) -> str:
    """The media type of a file that begins with these bytes (at least 32, where it has as many).

    Raises:
        Invalid: it is of a kind that is not taken; the message says which and what to do.
    """
    for media, fits in TAKEN.items():
        if fits(head):
            return media
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    found = next((message for fits, message in REFUSED if fits(start)), None)
    raise Invalid(found or _("We cannot tell what this file is. Send a photo (JPEG, PNG, WebP) or a PDF."))


def remake(data: bytes, media: str) -> Picture:
    """Decode a picture and encode it again, turned upright, so that nothing but the pixels is left.

    Raises:
        TooLarge: more than 40 megapixels; it is not decoded.  Invalid: it is damaged.
    """
    kind = PICTURES[media]
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise TooLarge(TOO_MANY_PIXELS)
            picture = _bare(ImageOps.exif_transpose(opened), kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge(TOO_MANY_PIXELS) from error
    except DAMAGED as error:
        raise Invalid(_("This picture is damaged. Take it again, or choose another.")) from error
    return Picture(
        data=_encoded(picture, kind, quality=QUALITY),
        width=picture.width,
        height=picture.height,
        previews={width: _preview(picture, width) for width in WIDTHS},
    )


TOO_MANY_PIXELS = _("This picture has more than 40 megapixels. Send a smaller copy of it.")


def _bare(picture: Image.Image, kind: str) -> Image.Image:
    """Only pixels: no EXIF, no comment, no profile, no thumbnail of what was cropped away."""
    has_alpha = kind != "JPEG" and picture.has_transparency_data
    pixels = picture.convert("RGBA" if has_alpha else "RGB")
    pixels.info = {}
    return pixels


def _preview(picture: Image.Image, width: int) -> bytes:
    small = picture.copy()
    small.thumbnail((width, width * 2), reducing_gap=2.0)
    return _encoded(small, "WEBP", quality=PREVIEW_QUALITY)


def _encoded(picture: Image.Image, kind: str, *, quality: int) -> bytes:
    options: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": quality, "optimize": True},
        "PNG": {"optimize": False, "compress_level": 6},
        "WEBP": {"quality": quality, "method": 3},
    }
    out = io.BytesIO()
    picture.save(out, kind, **options[kind])
    return out.getvalue()


Fits = Callable[[bytes], bool]


def _starts(*signs: bytes) -> Fits:
    return lambda head: head.startswith(signs)


def _brand(*brands: bytes) -> Fits:
    """A file of ISO boxes (HEIC, AVIF, MP4) says what it is after its first eight bytes."""
    return lambda head: head[4:8] == b"ftyp" and head[8:12] in brands


TAKEN: dict[str, Fits] = {
    "image/jpeg": _starts(b"\xff\xd8\xff"),
    "image/png": _starts(b"\x89PNG\r\n\x1a\n"),
    "image/webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
    PDF: _starts(b"%PDF-"),
}

# HEIC and its kin are refused: their decoders were broken into through uploads (docs/decisions/heic.md).
REFUSED: list[tuple[Fits, Any]] = [
    (
        _brand(b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"),
        _("This photo is in the HEIC format. In the camera's settings choose “Most compatible”, or send a screenshot."),
    ),
    (lambda head: head[4:8] == b"ftyp", _("This is a video. Send a photo instead.")),
    (_starts(b"gif8"), _("This is a GIF. Send a photo (JPEG, PNG, WebP) or a PDF.")),
    (_starts(b"<svg"), _("This is a drawing with code in it (SVG). Send it as PNG or PDF.")),
    (
        lambda head: (
            head.startswith((b"<!doctype", b"<html", b"<head", b"<script", b"<body", b"<!--"))
            or b"<html" in head
            or b"<script" in head
        ),
        _("This is a web page and no photo. Send a photo (JPEG, PNG, WebP) or a PDF."),
    ),
    (
        lambda head: head.startswith(b"<?xml") or b"<svg" in head,
        _("This is a drawing with code in it (SVG). Send it as PNG or PDF."),
    ),
    (_starts(b"mz", b"\x7felf", b"#!"), _("This is a program and no photo. It was not kept.")),
    (_starts(b"pk\x03\x04", b"\xd0\xcf\x11\xe0"), _("This is an office document or archive. Send it as PDF.")),
]
