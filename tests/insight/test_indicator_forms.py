"""Handing in by page: forms keep what was typed, bad rows are told, everybody reads what is theirs to read."""

import csv
import re
from datetime import date
from html import unescape
from io import StringIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from linli.core import dates
from linli.insight.models import OutsideValue

HEADING = "indicator,from,to,value,counted,of,source,source_date,said_by,reason\n"
GOOD = "petitions,2025-01-01,2025-06-30,41,,,Petition office,2025-07-10,,\n"
BAD = "thefts,2025-01-01,2025-06-30,many,,,Police,2025-07-10,,\n"
REPORTED = "thefts,2022-01-01,2022-06-30,-75,,,Newspaper,2022-08-02,reported,\n"


def plain(answer) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def figure(**changes: str) -> dict[str, str]:
    return {
        "action": str(uuid4()), "code": "fee_rate", "origin": "office", "first": "2025-01-01", "last": "2025-12-31",
        "telling": "level", "number": "90.5", "place": "", "source": "账本", "source_on": "2026-01-31", **changes,
    }  # fmt: skip


@pytest.fixture
def client(sign_in) -> Client:
    return sign_in("area_lead")


def english(on: date) -> str:
    with override("en"):
        return dates.day(on)


def test_a_figure_is_kept_and_shown_with_its_source_and_post(client):
    answer = client.post("/indicators/enter/", figure(), follow=True)

    page = plain(answer)
    assert "Kept: 90.5 %.".replace(" %", "\u00a0%") in answer.content.decode()
    assert f"账本, {english(date(2026, 1, 31))}" in page
    assert "片区长" in page


def test_what_is_wrong_is_told_and_what_was_typed_stays(client):
    answer = client.post("/indicators/enter/", figure(number="905", source="街道的账本"))

    assert answer.status_code == 422
    assert "It is a share: write 0 to 100, in percent." in plain(answer)
    assert 'value="街道的账本"' in answer.content.decode()
    assert OutsideValue.objects.count() == 0


def test_a_correction_shows_both_and_the_second_of_two_is_told(client):
    client.post("/indicators/enter/", figure())
    old = OutsideValue.objects.get()
    address = f"/indicators/enter/{old.pk}/correct/"
    assert 'value="90.5"' in client.get(address).content.decode()

    done = client.post(address, figure(number="80", reason="算了两遍"), follow=True)
    second = client.post(address, figure(number="70", reason="又算了一遍"))

    assert "before: 90.5" in plain(done)
    assert "算了两遍" in plain(done)
    assert second.status_code == 409
    assert "又算了一遍" in second.content.decode()


def test_a_withdrawal_asks_why(client):
    client.post("/indicators/enter/", figure())
    address = f"/indicators/enter/{OutsideValue.objects.get().pk}/withdraw/"

    assert client.post(address, {"action": str(uuid4()), "reason": ""}).status_code == 422
    client.post(address, {"action": str(uuid4()), "reason": "不是本片区的"})
    assert OutsideValue.objects.get().status == "withdrawn"


def test_somebody_of_another_place_corrects_nothing(client, sign_in):
    client.post("/indicators/enter/", figure())
    address = f"/indicators/enter/{OutsideValue.objects.get().pk}/correct/"

    assert sign_in("committee_secretary").get(address).status_code == 403
    assert client.get("/indicators/enter/999999/correct/").status_code == 404


def test_a_table_with_a_bad_row_comes_back_whole_to_be_put_right(client):
    answer = client.post(
        "/indicators/enter/table/",
        {"rest": "none", "file": SimpleUploadedFile("f.csv", (HEADING + GOOD + BAD).encode())},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 row is bad. Nothing was taken." in plain(answer)
    assert "“many” is no number. Write 91 for 91 %." in plain(answer)
    assert "thefts,2025-01-01,2025-06-30,many" in unescape(page)
    assert OutsideValue.objects.count() == 0

    answer = client.post("/indicators/enter/table/", {"rest": "good", "table": HEADING + GOOD + BAD})
    assert (answer.status_code, OutsideValue.objects.count()) == (422, 1)
    assert "1 figure was taken." in plain(answer)
    assert client.post("/indicators/enter/table/", {"rest": "none", "table": HEADING + GOOD}).status_code == 302


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"indicator\n", b'"', b"\x00" * 50])
def test_a_file_that_is_no_table_is_told(client, data):
    answer = client.post("/indicators/enter/table/", {"rest": "none", "file": SimpleUploadedFile("f.csv", data)})

    assert answer.status_code == 422
    assert OutsideValue.objects.count() == 0


def test_the_example_can_be_taken_as_it_is(client):
    example = b"".join(client.get("/indicators/enter/table/example.csv").streaming_content)

    answer = client.post(
        "/indicators/enter/table/", {"rest": "none", "file": SimpleUploadedFile("f.csv", example)}, follow=True
    )
    assert "3 figures were taken." in plain(answer)


def test_everybody_reads_what_was_handed_in_with_its_source_and_what_was_reported_apart(client, street):
    client.post("/indicators/enter/table/", {"rest": "none", "table": HEADING + GOOD + REPORTED})
    visitor = Client(headers={"accept-language": "en"})

    page = plain(visitor.get("/indicators/public/"))
    before, _heading, apart = page.partition("Reported, not computed by Linli")
    assert "Newspaper" not in before
    assert "Police calls about thefts 1 Jan – 30 Jun 2022 fell by 75" in apart
    assert visitor.get("/indicators/").status_code == 302


def test_a_download_says_of_each_row_what_kind_it_is(client):
    table = HEADING + "thefts,2025-01-01,2025-06-30,7,,,Police,2025-07-10,,\n" + REPORTED
    client.post("/indicators/enter/table/", {"rest": "none", "table": table})
    text = b"".join(client.get("/indicators/thefts/course.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))

    assert [(row["from"], row["value"], row["kind"], row["source"]) for row in rows if row["value"]] == [
        ("2025-01-01", "7.0", "outside", "Police"),
        ("2022-01-01", "-0.75", "reported change", "Newspaper"),
    ]


def test_an_administrator_writes_a_version_and_all_can_be_read(sign_in):
    chief = sign_in("administrator")
    change = {"number": 1, "caveats_zh": "看长期。", "caveats_en": "Look at the long run.", "owner": "duty_officer",
              "since": "2026-11-26", "reason": "更清楚"}  # fmt: skip
    assert chief.post("/indicators/in_time/change/", change).status_code == 302
    second = chief.post("/indicators/in_time/change/", change)

    page = plain(sign_in("auditor").get("/indicators/in_time/"))
    assert second.status_code == 409
    assert "Look at the long run." in page
    assert f"Version 2, from {english(date(2026, 11, 26))} on" in page
    assert f"Version 1, from {english(date(2026, 11, 26))} on · as delivered" in page


@pytest.mark.parametrize(
    "address",
    [
        "/indicators/?on=nonsense&place=x", "/indicators/?on=9999-12-31", "/indicators/in_time/?by=x&since=0001-01-01",
        "/indicators/in_time/?by=week&since=2999-01-01", "/indicators/nothing/", "/indicators/patrols/list/",
        "/indicators/in_time/list/?part=x&period=free&on=1800-01-01&until=x&after=x",
        "/indicators/supervised/list/?after=2026-01-01T00:00%2B00:00~99999999999999999999",
        "/indicators/alarms/list/?after=0001-01-01T00:00%2B23:59~1", "/indicators/reviews/none/",
    ],
)  # fmt: skip
def test_an_address_that_nobody_made_is_answered(client, address):
    assert client.get(address).status_code in (200, 404)
