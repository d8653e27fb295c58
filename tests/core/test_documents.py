"""PDF files that people send keep their pages and nothing that acts, or are refused with a word."""

import io
import subprocess
import sys
import zlib
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.translation import override
from pypdf import PdfReader

from linli.core import files
from linli.core.documents import CHILD, remake_pdf
from linli.core.errors import Invalid, TooLarge
from linli.core.models import File
from linli.core.pdf_child import without_notes
from tests import papers
from tests.core.test_files import AT, folder, stored_bytes  # noqa: F401  the folder is a fixture
from tests.services import window


def test_scripts_actions_files_and_notes_are_gone_and_what_is_seen_stays():
    given = papers.hostile_pdf()
    acts = (b"/JavaScript", b"scriptthatacts", b"/OpenAction", b"MZ-program", b"/EmbeddedFile", b"/Launch",
            b"launched", b"/AA", b"WANG", b"Exif", b"elsewhere", b"/Link", b"/Widget")  # fmt: skip
    assert [word for word in acts if word not in given] == []

    made = remake_pdf(given)

    assert [word for word in acts if word in made] == []
    (page,) = PdfReader(io.BytesIO(made)).pages
    assert "kept-words" in page.extract_text()
    assert [mark.get_object()["/Subtype"] for mark in page["/Annots"]] == ["/Stamp"]
    assert b"filled-in-words" in made
    assert [image.image.size for image in page.images] == [(40, 30)]


def test_pages_stay_as_many_as_they_were():
    assert len(PdfReader(io.BytesIO(remake_pdf(papers.pdf(pages=3)))).pages) == 3


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (lambda: papers.pdf(pages=41), TooLarge, "more than 40 pages"),
        (lambda: papers.pdf(password="secret"), Invalid, "locked by a password"),
        (lambda: b"%PDF-1.7\nnothing of the kind", Invalid, "damaged"),
        (lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", Invalid, "damaged"),
    ],
)
def test_what_is_not_taken_is_refused_with_a_word(data, error, says):
    with pytest.raises(error) as told:
        remake_pdf(data())

    with override("en"):
        assert says in str(told.value.message)


def test_a_bomb_fills_no_memory_and_takes_no_time():
    """A stream of objects that unpacks to two gigabytes, and another of that inside it."""
    packed = zlib.compress(b"\0" * 200_000_000, 9)
    packed = zlib.compress(packed * 8, 9)
    head = f"1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length {len(packed)}>>\nstream\n"
    bomb = b"%PDF-1.7\n" + head.encode() + packed + b"\nendstream\nendobj\n"
    table = len(bomb)
    rows = b"\0\0\0\0\0" + b"\1\0\0\0\x09" + b"\2\0\0\0\1"
    bomb += f"3 0 obj\n<</Type/XRef/Size 3/W[1 3 1]/Root 2 0 R/Length {len(rows)}>>\nstream\n".encode() + rows
    bomb += f"\nendstream\nendobj\nstartxref\n{table}\n%%EOF\n".encode()

    with pytest.raises((Invalid, TooLarge)):
        remake_pdf(bomb)


def test_the_reader_of_pdf_never_runs_in_a_web_process():
    loads = "import django, sys; django.setup(); import linli.site.urls; print('pypdf' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loads], capture_output=True, text=True, check=True,
        env={"DJANGO_SETTINGS_MODULE": "linli.site.settings", "PYTHONPATH": str(CHILD.parents[2])},
    )  # fmt: skip

    assert done.stdout.strip() == "False"


def test_a_jpeg_without_its_notes_shows_the_same():
    plain = papers.picture(size=(30, 20))

    assert without_notes(plain) == plain
    assert without_notes(plain[:2] + b"\xff\xfe\x00\x06WANG" + plain[2:]) == plain


@pytest.mark.django_db
@pytest.mark.parametrize("upload", [papers.photo, papers.scan])
def test_sealed_bytes_are_on_no_disk_and_come_back_whole(upload):
    plain = files.store(upload(), name="a", procedure=None, audience="staff", at=AT)
    kept = files.content_of(plain)
    files.forget(str(plain.uuid))

    file = files.store(upload(), name="a", procedure=None, audience=files.APART, at=AT, sealed=True)

    assert [sign for sign in (b"%PDF", b"JFIF", b"WEBP") if sign in stored_bytes()] == []
    assert (files.content_of(file)[:4], file.sha256) == (kept[:4], "")


@pytest.mark.django_db
def test_a_copy_for_another_procedure_outlives_the_first():
    first = files.store(papers.photo(), name="a.jpg", procedure=uuid4(), audience=files.APART, at=AT, sealed=True)
    other = uuid4()

    copy = files.copy_to(first, procedure=other, at=AT)
    files.purge_file(first.uuid, at=AT)
    files.forget(str(first.uuid))

    assert (copy.procedure, copy.name, copy.audience, copy.width) == (other, "a.jpg", files.APART, 400)
    assert files.content_of(copy, width=320)[8:12] == b"WEBP"


@pytest.mark.django_db
def test_what_is_kept_apart_is_served_by_its_address_to_nobody(street):
    window.open_window()
    clerk = Client()
    clerk.force_login(street.accounts["window_clerk"])
    procedure = window.ask(street).request.pk
    file = files.store(papers.photo(), name="a.jpg", procedure=procedure, audience=files.APART, at=AT)
    seen = files.store(papers.photo(), name="a.jpg", procedure=procedure, audience="staff", at=AT)

    assert clerk.get(f"/files/{seen.uuid}/").status_code == 200
    assert [clerk.get(f"/files/{file.uuid}/{more}").status_code for more in ("", "320.webp")] == [404, 404]
    assert File.objects.get(pk=file.pk).purged_at is None
