"""A signature on glass: what is read of it, what is refused, and what comes back when a page is shown again."""

import io
from base64 import b64encode
from uuid import uuid4

import pytest
from django import forms
from django.utils import timezone, translation
from PIL import Image, ImageDraw

from linli.core import files
from linli.core.errors import Invalid
from linli.core.forms import KitForm
from linli.core.signatures import PREFIX, Signature, SignatureField, keep, read


class SignForm(KitForm):
    signature = SignatureField(label="Signature")


class MayForm(forms.Form):
    signature = SignatureField(label="Signature", required=False)


def drawn(*, size: tuple[int, int] = (720, 240), kind: str = "PNG", width: int = 4) -> str:
    """A data URL as the pad sends it: a stroke on nothing."""
    picture = Image.new("RGBA" if kind == "PNG" else "RGB", size)
    if width:
        ImageDraw.Draw(picture).line([(60, 180), (200, 60), (360, 170), (600, 80)], fill="#17252d", width=width)
    out = io.BytesIO()
    picture.save(out, kind)
    return PREFIX + b64encode(out.getvalue()).decode()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_what_was_drawn_is_kept_as_a_bare_picture_on_white():
    with Image.open(io.BytesIO(read(drawn()))) as picture:
        assert (picture.format, picture.mode, picture.size, picture.info) == ("PNG", "RGB", (720, 240), {})
        assert (picture.getpixel((0, 0)), picture.getpixel((200, 61))) == ((255, 255, 255), (23, 37, 45))


@pytest.mark.parametrize(
    "value",
    [
        "Wang Fang",
        "data:image/svg+xml;base64,PHN2Zy8+",
        PREFIX + "not base64!",
        PREFIX + b64encode(b"\x89PNG\r\n\x1a\nbroken").decode(),
        drawn(kind="JPEG"),
        drawn(size=(721, 240)),
        drawn(width=0),
        PREFIX + "A" * 400_000,
    ],
    ids=["words", "svg", "no base64", "damaged", "jpeg", "too wide", "empty", "too large"],
)
def test_what_is_no_signature_is_refused_with_what_to_do(value):
    with pytest.raises(Invalid) as told:
        read(value)

    assert "type the name" in str(told.value.message)


def test_a_typed_name_signs_and_so_does_a_drawing_beside_it():
    typed = SignForm({"signature": "", "signature_typed": " 王𬭛 "})
    both = SignForm({"signature": drawn(), "signature_typed": "㛃"})

    assert (typed.errors, both.errors) == ({}, {})
    assert typed.cleaned_data["signature"] == Signature("王𬭛", None)
    assert both.cleaned_data["signature"] == Signature("㛃", read(drawn()))


def test_nothing_signed_is_asked_for_and_what_was_typed_stays():
    empty, wrong = SignForm({}), SignForm({"signature": PREFIX + "x", "signature_typed": "<b>Li"})

    assert empty.errors == {"signature": ["Sign on the glass with a finger, or type the full name."]}
    assert "The signature could not be read." in str(wrong)
    assert 'value="&lt;b&gt;Li"' in str(wrong)
    assert MayForm({}).is_valid()


@pytest.mark.django_db
def test_what_was_drawn_lies_sealed_on_the_disk_and_reads_as_it_was(tmp_path, settings):
    settings.FILES = tmp_path
    signed = keep(Signature("", read(drawn())), procedure=uuid4(), at=timezone.now())

    assert signed is not None
    with Image.open(io.BytesIO(files.content_of(signed))) as back:
        assert (back.format, back.size) == ("PNG", (720, 240))
    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes()[:4] in (b"\x89PNG", b"RIFF")
    ] == []
    assert keep(Signature("王𬭛"), procedure=uuid4(), at=timezone.now()) is None
