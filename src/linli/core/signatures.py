"""A signature on glass: drawn with a finger, or the name typed by whoever has no pointer. Kept as a sealed file.

    class SignForm(ActionForm):
        signature = SignatureField(label=_("Signature of the shopkeeper"))     cleaned: a Signature

A drawn one is an ordinary picture: nothing of how it was drawn (speed, pressure, order) is sent or kept.
"""

import binascii
import io
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from PIL import Image

from linli.core import files, pictures
from linli.core.errors import Invalid
from linli.core.models import File
from linli.core.text import tidy

PREFIX = "data:image/png;base64,"
WIDTH, HEIGHT = 720, 240  # of the pad, in pixels
LARGEST = 200_000  # bytes of the picture; a dense signature on the pad has about 20,000
FEWEST_DARK = 40  # pixels: a dot by mistake is none
LONGEST_NAME = 60
TYPED = "_typed"  # the input of the typed name is called so after the field's own name
AGAIN = _("The signature could not be read. Clear it and sign again, or type the name.")
EMPTY = _("Nothing was drawn. Sign again, or type the name.")


@dataclass(frozen=True)
class Signature:
    """How somebody signed. picture: a PNG on white, or none where the name was typed."""

    name: str = ""
    picture: bytes | None = None

    def __bool__(self) -> bool:
        return bool(self.name or self.picture)


def read(value: str) -> bytes:
    """The picture in a PNG data URL from the pad, made anew on white.

    Raises:
        Invalid: no PNG data URL, larger than 200 kB or than the pad, damaged, or empty.
    """
    if not value.startswith(PREFIX) or len(value) > len(PREFIX) + LARGEST * 4 // 3 + 4:
        raise Invalid(AGAIN)
    try:
        data = b64decode(value[len(PREFIX) :], validate=True)
        with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
            if opened.width > WIDTH or opened.height > HEIGHT:
                raise Invalid(AGAIN)
            drawn = opened.convert("RGBA")
    except (binascii.Error, Image.DecompressionBombError, *pictures.DAMAGED) as error:
        raise Invalid(AGAIN) from error
    paper = Image.new("RGB", drawn.size, "white")
    paper.paste(drawn, mask=drawn.getchannel("A"))
    if sum(paper.convert("L").histogram()[:128]) < FEWEST_DARK:
        raise Invalid(EMPTY)
    out = io.BytesIO()
    paper.save(out, "PNG")
    return out.getvalue()


def keep(signature: Signature, *, procedure: UUID, at: datetime, name: str = "signature.png") -> File | None:
    """Keep a drawn signature as a sealed file of its procedure; none where the name was typed.

    Call it where the row that it belongs to is written; bytes whose transaction came to nothing are swept up.
    """
    if signature.picture is None:
        return None
    drawn = io.BytesIO(signature.picture)
    return files.store(drawn, name=name, procedure=procedure, audience="sealed", at=at, sealed=True)


def pad(name: str, *, drawn: str = "", typed: str = "", label: Any = "", key: str = "", said: str = "") -> SafeString:
    """The element of the page. key: id of its input; said: ids of what says what is wrong with it."""
    given = {
        "name": name, "drawn": drawn, "typed": typed, "label": label or _("Signature"), "id": key or f"id_{name}",
        "described": said, "width": WIDTH, "height": HEIGHT, "suffix": TYPED,
    }  # fmt: skip
    return mark_safe(render_to_string("core/kit/signature.html", given))  # noqa: S308  a template escapes


class SignatureInput(forms.Widget):
    """The pad and the input for the typed name, read as a pair: (data URL, name)."""

    use_fieldset = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> tuple[str, str]:
        return str(data.get(name) or ""), str(data.get(f"{name}{TYPED}") or "")

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}{TYPED}" not in data

    def id_for_label(self, id_: str) -> str:
        return id_

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        drawn, typed = value or ("", "")
        given = attrs or {}
        said = str(given.get("aria-describedby", ""))
        return pad(name, drawn=drawn, typed=typed, key=str(given.get("id", "")), said=said)


class SignatureField(forms.Field):
    """A signature, drawn or typed. `clean` gives a Signature; what was drawn stays on the pad when a page returns."""

    widget = SignatureInput
    default_error_messages = {
        "required": _("Sign on the glass with a finger, or type the full name."),
        "long": _("Write at most 60 characters."),
    }

    def clean(self, value: Any) -> Signature:
        drawn, typed = value or ("", "")
        name = tidy(typed).strip()
        if len(name) > LONGEST_NAME:
            raise ValidationError(self.error_messages["long"], code="long")
        try:
            signature = Signature(name, read(drawn) if drawn else None)
        except Invalid as wrong:
            raise ValidationError(str(wrong.message), code="unread") from wrong
        if self.required and not signature:
            raise ValidationError(self.error_messages["required"], code="required")
        return signature
