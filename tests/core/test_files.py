"""Files: what comes in is what it says, keeps nothing of its camera, and is seen by those who may."""

import io
import os
import struct
import time
import zlib
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from linli.core import files, jobs, pictures, seeing
from linli.core.errors import Invalid, TooLarge
from linli.core.models import File, Job
from tests import papers

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
PDF = papers.pdf()
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **options) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def taken_at_home() -> bytes:
    """A phone's photograph, held sideways, that says where and by whose phone it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "PhoneMaker-OF-WANG"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (31.0, 11.0, 33.25)
    gps[29] = "2026:11:23"
    return picture(size=(400, 300), exif=exif.tobytes(), comment=b"COMMENT-OF-WANG")


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of some kilobytes that would unpack to 2.5 thousand megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def store(data: bytes, name: str = "photo.jpg", procedure=None, audience: str = "staff") -> File:
    return files.store(io.BytesIO(data), name=name, procedure=procedure, audience=audience, at=AT)


def opened(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def stored_bytes() -> bytes:
    return b"".join(path.read_bytes() for path in settings.FILES.rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def folder(tmp_path, settings) -> Path:
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture
def everybody_sees():
    before = seeing._events, seeing._files
    seeing.register(events=before[0], files=lambda _request, _procedure, audience: audience == "public")
    yield
    seeing.register(events=before[0], files=before[1])


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_in_its_format_with_previews(kind, folder):
    file = store(picture(kind), name="灯 坏了.anything")

    media = f"image/{kind.lower()}"
    ending = pictures.EXTENSIONS[media]
    assert (file.media_type, file.width, file.height, file.name) == (media, 400, 300, f"灯 坏了.{ending}")
    here = folder / str(file.uuid)[:2] / str(file.uuid)[2:4]
    assert {path.name for path in here.iterdir()} == {
        f"{file.uuid}.{part}" for part in (ending, "320.webp", "1280.webp")
    }
    assert file.size == (here / f"{file.uuid}.{ending}").stat().st_size
    assert opened(here / f"{file.uuid}.320.webp").size == (320, 240)
    assert opened(here / f"{file.uuid}.1280.webp").size == (400, 300)


@pytest.mark.django_db
def test_where_and_by_whose_phone_a_photo_was_taken_is_gone_from_every_byte():
    original = taken_at_home()
    assert b"PhoneMaker-OF-WANG" in original
    assert b"COMMENT-OF-WANG" in original
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)[2] == (31.0, 11.0, 33.25)

    file = store(original)

    kept = stored_bytes()
    assert [word for word in (b"WANG", b"Exif", b"GPS", b"2026:11:23", b"COMMENT") if word in kept] == []
    for width in (None, 320, 1280):
        assert dict(opened(files.path_of(file, width=width)).getexif()) == {}


@pytest.mark.django_db
def test_a_photo_held_sideways_is_turned_upright():
    assert (store(taken_at_home()).width, store(taken_at_home()).height) == (300, 400)


@pytest.mark.django_db
def test_transparency_is_kept_and_other_colours_become_plain():
    clear = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(clear, "PNG")
    printed = io.BytesIO()
    Image.new("CMYK", (10, 10)).save(printed, "JPEG")

    assert opened(files.path_of(store(clear.getvalue()))).mode == "RGBA"
    assert opened(files.path_of(store(printed.getvalue()))).mode == "RGB"


@pytest.mark.django_db
def test_a_pdf_is_made_anew_and_named_by_its_content():
    file = store(PDF, name="C:\\letters\\permit.docx")

    assert (file.media_type, file.name, file.width) == ("application/pdf", "permit.pdf", None)
    assert files.path_of(file).read_bytes()[:5] == b"%PDF-"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "web page"),
        (b"\xef\xbb\xbf\n  <html><body>", "web page"),
        (b"hello <script>alert(1)</script>", "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "SVG"),
        (b"GIF89a" + b"\0" * 40, "GIF"),
        (b"MZ\x90\0" + b"\0" * 40, "program"),
        (b"\x7fELF" + b"\0" * 40, "program"),
        (b"#!/bin/sh\nrm -rf /\n", "program"),
        (b"PK\x03\x04" + b"\0" * 40, "office document"),
        (HEIC, "Most compatible"),
        (MP4, "video"),
        (b"just some words", "cannot tell"),
        (b"\0", "cannot tell"),
        (b"", "empty"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"RIFF\x10\0\0\0WEBP", "damaged"),
        (picture()[:2000], "damaged"),
    ],
)
def test_a_file_is_refused_by_what_it_is_whatever_its_name(data, says, folder, en):
    with pytest.raises(Invalid) as told:
        store(data, name="holiday.jpg")

    assert says in str(told.value.message)
    assert File.objects.count() == 0
    assert not folder.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04" + b"\0" * 60, b"%PDF-1.7\n" + b"\0" * 60])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_of_a_picture_that_is_something_else_as_well_only_the_picture_is_left(kind, tail):
    store(picture(kind) + tail, name="both.html")

    assert tail not in stored_bytes()


@pytest.mark.django_db
def test_more_than_ten_megabytes_are_refused_unread(en):
    class Fifty(io.BytesIO):
        def read(self, size: int = -1) -> bytes:
            assert 0 <= size <= files.MAX_SIZE + 1
            return super().read(size)

    with pytest.raises(TooLarge) as told:
        files.store(Fifty(b"\xff\xd8\xff" + b"\0" * 50_000_000), name="a.jpg", procedure=None, audience="staff", at=AT)

    assert "10 MB" in str(told.value.message)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(50_000, 50_000), (7_000, 7_000), (2_000_000_000, 2)])
def test_a_decompression_bomb_is_refused_before_it_unpacks(size, en):
    began = time.process_time()

    with pytest.raises(TooLarge) as told:
        store(bomb(*size), name="bomb.png")

    assert "40 megapixels" in str(told.value.message)
    assert time.process_time() - began < 1


@given(st.sampled_from([picture(), picture("PNG"), picture("WEBP")]), st.data())
def test_damaged_pictures_are_refused_in_plain_words_or_taken_and_never_break(data, draw):
    """Bytes of a good picture changed at random: no other error than ours comes out."""
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 20))):
        broken[draw.draw(st.integers(0, min(len(broken) - 1, 600)))] = draw.draw(st.integers(0, 255))
    with suppress(Invalid, TooLarge):
        pictures.remake(bytes(broken), pictures.media_type(bytes(broken[:512])))


@pytest.mark.django_db
def test_files_are_attached_once_and_only_where_they_belong_to_nobody():
    mine, other = uuid4(), uuid4()
    file = store(PDF)

    files.attach([file.uuid], procedure=mine, audience="parties")
    files.attach([file.uuid], procedure=mine, audience="parties")
    with pytest.raises(Invalid):
        files.attach([file.uuid], procedure=other, audience="public")
    with pytest.raises(Invalid):
        files.attach([uuid4()], procedure=mine, audience="public")

    assert File.objects.values_list("procedure", "audience").get() == (mine, "parties")


@pytest.mark.django_db
def test_purging_leaves_a_row_without_name_and_no_bytes():
    procedure = uuid4()
    file = store(picture(), procedure=procedure, name="王小明.jpg")
    kept = store(PDF)

    files.purge_all(procedure, at=AT)
    jobs.work_once()

    assert File.objects.values_list("name", "sha256", "purged_at").get(pk=file.pk) == ("", "", AT)
    assert stored_bytes() == files.path_of(kept).read_bytes()
    assert File.objects.get(pk=kept.pk).purged_at is None


@pytest.mark.django_db
def test_what_was_never_attached_and_bytes_without_a_row_are_gone_after_a_day():
    long_ago = datetime.now(UTC) - timedelta(days=2)
    sent, unsent, young = store(PDF, procedure=uuid4()), store(PDF), store(PDF)
    File.objects.filter(pk__in=[sent.pk, unsent.pk]).update(uploaded_at=long_ago)
    File.objects.filter(pk=young.pk).update(uploaded_at=datetime.now(UTC))
    lost, written = uuid4(), uuid4()
    for uuid, age in ((lost, long_ago), (written, datetime.now(UTC))):
        files._write(files._path(uuid, "pdf"), PDF)
        os.utime(files._path(uuid, "pdf"), (age.timestamp(), age.timestamp()))

    jobs.enqueue("files.clean", at=AT)
    while jobs.work_once():
        pass

    left = {path.name.partition(".")[0] for path in settings.FILES.rglob("*.pdf")}
    assert left == {str(one) for one in (sent.uuid, young.uuid, written)}


class Meanwhile:
    """A lease in whose step somebody comes first."""

    def __init__(self, comes) -> None:
        self.comes = comes

    @contextmanager
    def step(self):
        self.comes()
        yield

    def renew(self) -> None:
        pass


@pytest.mark.django_db
def test_a_file_that_is_attached_while_it_is_being_purged_is_kept():
    file, procedure = store(PDF), uuid4()
    File.objects.filter(pk=file.pk).update(uploaded_at=datetime.now(UTC) - timedelta(days=2))

    files.clean(Meanwhile(lambda: File.objects.filter(pk=file.pk).update(procedure=procedure)))

    file.refresh_from_db()
    assert (file.procedure, file.purged_at) == (procedure, None)
    assert Job.objects.filter(name="files.forget").count() == 0


@pytest.mark.django_db
def test_what_others_leave_in_the_folder_stays_and_stops_nothing():
    long_ago = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    lost = uuid4()
    files._write(files._path(lost, "pdf"), PDF)
    theirs = files._path(lost, "pdf").parent / ".DS_Store"
    theirs.write_bytes(b"")
    for path in (theirs, files._path(lost, "pdf")):
        os.utime(path, (long_ago, long_ago))

    jobs.enqueue("files.clean", at=AT)
    while jobs.work_once():
        pass

    assert [path for path in settings.FILES.rglob("*") if path.is_file()] == [theirs]


@pytest.mark.django_db
@pytest.mark.usefixtures("everybody_sees")
def test_whoever_may_see_it_gets_a_file_that_can_do_nothing(client):
    file = store(picture(), procedure=uuid4(), audience="public", name="灯.jpg")

    whole = client.get(f"/files/{file.uuid}/")
    small = client.get(f"/files/{file.uuid}/320.webp")
    again = client.get(f"/files/{file.uuid}/", headers={"if-none-match": whole["ETag"]})

    assert (whole.status_code, small.status_code, again.status_code) == (200, 200, 304)
    assert whole.content == files.path_of(file).read_bytes()
    assert small["Content-Type"] == "image/webp"
    shown = {
        name: whole[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    }
    assert shown == {
        "Content-Type": "image/jpeg",
        "Content-Disposition": "inline; filename*=utf-8''%E7%81%AF.jpg",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=600",
    }
    assert whole["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in whole["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.usefixtures("everybody_sees")
@pytest.mark.parametrize("audience", ["parties", "staff", "sealed"])
def test_no_browser_keeps_a_file_that_is_not_public(client, audience):
    seeing.register(events=seeing._events, files=lambda *_asked: True)
    file = store(picture(), procedure=uuid4(), audience=audience, name="灯.jpg")

    assert client.get(f"/files/{file.uuid}/")["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
@pytest.mark.usefixtures("everybody_sees")
def test_a_pdf_is_offered_for_saving_and_has_no_previews(client):
    file = store(PDF, procedure=uuid4(), audience="public", name="a.pdf")

    assert client.get(f"/files/{file.uuid}/")["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert client.get(f"/files/{file.uuid}/320.webp").status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("everybody_sees")
def test_to_everybody_else_a_file_does_not_exist(client):
    shut = store(picture(), procedure=uuid4(), audience="staff")
    nobodys = store(picture())
    purged = store(picture(), procedure=uuid4(), audience="public")
    files.purge_file(purged.uuid, at=AT)
    seen = store(picture(), procedure=uuid4(), audience="public")

    addresses = [f"/files/{file.uuid}/{part}" for file in (shut, nobodys, purged) for part in ("", "320.webp")]
    addresses += [f"/files/{uuid4()}/", f"/files/{seen.uuid}/321.webp", f"/files/{seen.uuid}/0.webp"]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)


@pytest.mark.django_db
def test_the_browser_that_sent_a_file_may_see_it_until_it_belongs_to_something(rf, client):
    file = store(picture())
    session = client.session
    session[files.SESSION] = [str(file.uuid)]
    session.save()

    assert client.get(f"/files/{file.uuid}/320.webp").status_code == 200
    assert Client().get(f"/files/{file.uuid}/320.webp").status_code == 404

    files.attach([file.uuid], procedure=uuid4(), audience="staff")
    assert client.get(f"/files/{file.uuid}/320.webp").status_code == 404
