"""The register as a file: sent out, put right, taken in again."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from linli.core.errors import Invalid
from linli.sensing.domain.device_files import HEADING, devices_csv, read_devices, take_devices
from linli.sensing.models import Device, DeviceNote
from tests.sensing.register import care_check, put_in


def rows_of(street) -> list[dict[str, str]]:
    text = "".join(devices_csv(below=street.places["street"].path, care=False)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def as_csv(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADING)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def reading(street, rows):
    return read_devices(as_csv(rows), below=street.places["street"].path)


def test_an_export_that_is_taken_in_changes_nothing(street) -> None:
    put_in(street, spot="=三楼", lon=121.4335, lat=31.1924, height=2.4)
    put_in(street, code="NO-1", type="noise", site="yard", properties=["noise"], confirms=["homes"])
    care_check(street)
    notes = DeviceNote.objects.count()

    read = reading(street, rows_of(street))

    assert (len(read.new), len(read.changed), read.same, read.bad) == (0, 0, 2, [])
    take_devices(read, by=street.by("administrator"), at=street.now)
    assert DeviceNote.objects.count() == notes


def test_rows_are_put_in_changed_and_moved_and_the_bad_ones_named(street) -> None:
    put_in(street)
    (old,) = rows_of(street)
    house = street.places["building_15"].path
    rows = [
        old | {"place": house, "days": "30"},
        old | {"code": "SM-2"},
        old | {"code": "SM-3", "place": "月球"},
        old | {"code": "SM-4", "site": "home"},
        old | {"code": "SM-2"},
        old | {"code": "SM-5", "properties": "smoke face"},
        old | {"code": "CM-1", "type": "camera", "properties": "alive"},
        old | {"code": "CM-2", "type": "camera", "properties": "alive", "confirms": "sign window"},
        old | {"code": "SM-6", "days": "many"},
        old | {"code": "SM-8", "days": "1e999"},
        old | {"code": "SM-7", "place": street.places["other_street"].path},
    ]

    read = reading(street, rows)
    taken = take_devices(read, by=street.by("administrator"), at=street.now)

    assert [(each.line, each.code, each.fault.partition(":")[0]) for each in read.bad] == [
        (4, "SM-3", "place"), (5, "SM-4", "site"), (6, "SM-2", "code"), (7, "SM-5", "properties"),
        (8, "CM-1", "confirms"), (10, "SM-6", "days"), (11, "SM-8", "days"), (12, "SM-7", "place"),
    ]  # fmt: skip
    assert (taken.added, taken.changed, taken.late) == (2, 1, [])
    device = Device.objects.get(code="SM-1")
    assert (device.place.path, device.days, device.version) == (house, 30, 3)
    assert [note.what for note in device.notes.order_by("id")] == ["registered", "moved", "changed"]


def test_a_place_may_be_said_by_its_name_and_a_sheet_may_be_xlsx(street) -> None:
    put_in(street)
    (old,) = rows_of(street)
    book = Workbook()
    book.active.append(list(HEADING))
    book.active.append([(old | {"code": "SM-2", "place": "乐山六村15号"})[name] for name in HEADING])
    out = io.BytesIO()
    book.save(out)

    read = read_devices(out.getvalue(), below=street.places["street"].path)

    assert [each.values["place"] for each in read.new] == [street.places["building_15"]]


@pytest.mark.parametrize("data", [b"", b"code;type\nSM-1;smoke\n", b"\x00\x01\x02"])
def test_what_is_no_such_table_is_refused(street, data) -> None:
    with pytest.raises(Invalid) as told:
        read_devices(data, below="")
    assert list(told.value.fields) == ["file"]


def test_a_file_is_shown_before_it_is_taken_and_its_rest_can_be_taken(street, sign_in) -> None:
    put_in(street)
    (old,) = rows_of(street)
    client = sign_in("administrator")
    file = SimpleUploadedFile("devices.csv", as_csv([old | {"code": "SM-2"}, old | {"code": "SM-3", "type": "radar"}]))

    preview = client.post("/devices/import/", {"action": "3f0c1f0e-6d0e-4b7e-9f43-0d8a2a5d4c11", "file": file})
    address = preview["Location"]
    text = client.get(address).content.decode()
    assert "Unknown: “radar”" in text
    assert not Device.objects.filter(code="SM-2").exists()
    assert client.post(address).status_code == 200  # with a bad row, only the rest can be taken
    assert not Device.objects.filter(code="SM-2").exists()
    assert client.post(address, {"rest": "1"})["Location"] == "/devices/"
    assert Device.objects.filter(code="SM-2").exists()
    assert client.get(address).status_code == 404


def test_an_empty_file_is_answered_on_the_form(street, sign_in) -> None:
    file = SimpleUploadedFile("devices.csv", b"a,b\n1,2\n")
    answer = sign_in("administrator").post(
        "/devices/import/", {"action": "3f0c1f0e-6d0e-4b7e-9f43-0d8a2a5d4c11", "file": file}
    )
    assert answer.status_code == 422
    assert "These columns are missing" in answer.content.decode()
