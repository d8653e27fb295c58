"""'My data': a person sees, takes along, corrects and deletes their own, is told why not, and who looked."""

import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django import forms

from linli.core import files, mydata
from linli.core.errors import NotFound
from linli.core.forms import KitForm
from linli.core.models import DataRequest, ViewLog
from tests import papers

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
kept = "The committee must keep this until the matter is closed."


class NameForm(KitForm):
    name = forms.CharField(label="Name", max_length=20)


def save_name(account, values, at) -> None:
    account.name = values["name"]
    account.save(update_fields=["name"])


def forget_name(account, at) -> str:
    if account.name == "must stay":
        return kept
    account.name = ""
    account.save(update_fields=["name"])
    return ""


@pytest.fixture(autouse=True)
def parts():
    mydata.part(
        "tests_name", "Your name", export=lambda account: {"name": account.name}, form=NameForm, correct=save_name,
        erase=forget_name, labels={"name": "Name"},
    )  # fmt: skip
    mydata.part("tests_list", "Your list", export=lambda account: [{"a": 1}, {"a": 2}], kept="This is kept by law.")
    yield
    for name in ("tests_name", "tests_list"):
        del mydata._parts[name]


@pytest.fixture
def resident(db, client, django_user_model):
    account = django_user_model.objects.create_user("resident", name="王小明")
    client.force_login(account)
    client.cookies["django_language"] = "en"
    return account


def test_a_person_sees_every_part(client, resident):
    page = client.get("/my-data/").content.decode()

    assert "王小明" in page
    assert "Your list" in page
    assert "This is kept by law." in page


def test_of_what_nothing_is_kept_there_is_one_line(client, resident):
    mydata.part("tests_list", "Your list", export=lambda account: [], kept="This is kept by law.")

    page = client.get("/my-data/").content.decode()

    assert "<li>Your list</li>" in page[page.index("Of this nothing is kept") :]
    assert "This is kept by law." not in page


def test_a_person_takes_everything_along(client, resident):
    answer = client.get("/my-data/take-along/")

    data = json.loads(answer.content)
    assert (data["tests_name"], data["tests_list"]) == ({"name": "王小明"}, [{"a": 1}, {"a": 2}])
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer["Cache-Control"] == "no-store"


def test_photos_and_documents_go_along_each_beside_its_matter(client, resident, tmp_path, settings):
    settings.FILES = tmp_path
    sealed = {"audience": files.APART, "sealed": True}
    kept = [
        files.store(papers.photo(), name=name, procedure=None, at=AT, **more)
        for name, more in (("灯 1.png", {"audience": "parties"}), ("证件.jpg", sealed))
    ]
    mydata.part(
        "tests_list", "Your list", export=lambda account: [{"a": 1}],
        files=lambda account: [("SQ-1", file) for file in kept],
    )  # fmt: skip

    answer = client.get("/my-data/take-all-along/")

    archive = zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content)))
    names = [f"SQ-1/{number:02}-{file.name}" for number, file in enumerate(kept, 1)]
    assert archive.namelist() == ["my-data.json", *names]
    assert json.loads(archive.read("my-data.json"))["tests_list"] == [{"a": 1}]
    assert [archive.read(name) for name in names] == [files.content_of(file) for file in kept]
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert answer["Cache-Control"] == "no-store"


def test_a_correction_is_made_and_kept_as_a_wish_that_was_met(client, resident):
    asked = client.get("/my-data/tests_name/correct/")
    assert 'value="王小明"' in asked.content.decode()

    assert client.post("/my-data/tests_name/correct/", {"name": ""}).status_code == 422
    assert DataRequest.objects.count() == 0
    client.post("/my-data/tests_name/correct/", {"name": "王晓明"})

    resident.refresh_from_db()
    assert resident.name == "王晓明"
    assert DataRequest.objects.values_list("account", "kind", "part", "outcome").get() == (
        resident.pk, "correct", "tests_name", "done",
    )  # fmt: skip


def test_deleting_asks_once_more_and_then_deletes(client, resident):
    assert client.post("/my-data/tests_name/delete/", {}).status_code == 422
    resident.refresh_from_db()
    assert resident.name == "王小明"

    client.post("/my-data/tests_name/delete/", {"sure": "on"})
    resident.refresh_from_db()
    assert resident.name == ""
    assert DataRequest.objects.get().outcome == "done"


def test_a_refusal_says_why_there_and_later(client, resident):
    resident.name = "must stay"
    resident.save()

    answer = client.post("/my-data/tests_name/delete/", {"sure": "on"})

    assert kept in answer.content.decode()
    assert kept in client.get("/my-data/").content.decode()
    assert DataRequest.objects.values_list("kind", "outcome", "reason").get() == ("erase", "refused", kept)


def test_what_has_no_form_or_is_kept_by_law_cannot_be_asked_for(client, resident):
    addresses = ["tests_list/correct/", "tests_list/delete/", "nothing/correct/", "nothing/delete/"]

    assert [client.post(f"/my-data/{address}", {"sure": "on"}).status_code for address in addresses] == [404] * 4
    with pytest.raises(NotFound):
        mydata.erase_data(part=mydata.find_part("tests_list"), account=resident, at=AT)


def test_a_person_reads_who_looked_and_only_at_their_own(client, resident, django_user_model):
    officer = django_user_model.objects.create_user("officer", name="Officer Li")
    other = django_user_model.objects.create_user("other")
    for subject, reason in ((resident, "to call back"), (other, "another matter"), (None, "nobody")):
        ViewLog.objects.create(
            viewer=officer, post_title="Duty officer", subject=subject, field="delivery.to", reason=reason, at=AT
        )

    page = client.get("/my-data/views/").content.decode()

    assert "to call back" in page
    assert "Duty officer" in page
    assert "messages sent, with the address they went to" in page
    assert [word for word in ("another matter", "nobody", "Officer Li") if word in page] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["", "take-along/", "take-all-along/", "views/", "tests_name/correct/", "tests_name/delete/"]
)
def test_nobody_else_comes_in(client, address):
    answer = client.get(f"/my-data/{address}")

    assert (answer.status_code, answer["Location"][:9]) == (302, "/sign-in/")
