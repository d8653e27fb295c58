"""What people call a place: who may teach it, what is refused, and that texts then lead there."""

import orjson
import pytest
from django.conf import settings
from django.utils import translation

from linli.places.domain.aliases import add_alias
from linli.places.domain.export import export_places
from linli.places.domain.gazetteer import places_in_text
from linli.places.domain.intake import Taken, read_places, take_places
from linli.places.models import Alias


@pytest.fixture
def sign_in(client, street):
    def enter(role: str):
        client.force_login(street.accounts[role])
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    yield enter
    translation.deactivate()


@pytest.fixture
def page(street):
    return f"/places/{street.places['estate'].path}/names/"


@pytest.mark.parametrize("role", ["duty_officer", "administrator"])
def test_a_name_is_taught_tried_and_taken_away(sign_in, street, page, role):
    client = sign_in(role)

    sent = client.post(page, {"text": "红房子", "source": "窗口"})
    shown = client.get(page, {"try_text": "红房子12号灯不亮"}).content.decode()

    assert (sent.status_code, sent.url) == (302, page)
    assert list(Alias.objects.values_list("place", "text", "source")) == [
        (street.places["estate"].pk, "红房子", "窗口")
    ]
    assert "The text says: <strong>Leshan Estate 6, No. 12</strong>" in shown
    assert "红房子" in client.get(page.removesuffix("names/")).content.decode()

    client.post(f"{page}{Alias.objects.get().pk}/remove/")

    assert (Alias.objects.count(), places_in_text("红房子12号")) == (0, [])


@pytest.mark.parametrize("role", ["grid_worker", "property_manager", "auditor", "outsider"])
def test_others_may_not_teach_names(sign_in, street, page, role):
    alias = add_alias(place=street.places["estate"], text="红房子", by=street.by("administrator"), at=street.now)
    client = sign_in(role)

    answers = [client.get(page), client.post(page, {"text": "绿房子"}), client.post(f"{page}{alias.pk}/remove/")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert [alias.text for alias in Alias.objects.all()] == ["红房子"]
    assert page not in client.get(page.removesuffix("names/")).content.decode()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Please fill in: What do people call it?"),
        ("6", "Write a name of 2 to 80 characters"),
        ("十二", "Write a name of 2 to 80 characters"),
        ("乐山六村", "is called “乐山六村” already"),
    ],
)
def test_a_name_that_says_nothing_is_refused_in_words(sign_in, page, text, told):
    answer = sign_in("duty_officer").post(page, {"text": text})

    assert (answer.status_code, told in answer.content.decode(), Alias.objects.count()) == (422, True, 0)


def test_what_is_too_wide_gets_no_names(sign_in, street):
    answer = sign_in("duty_officer").post(f"/places/{street.places['street'].path}/names/", {"text": "街道"})

    assert (answer.status_code, Alias.objects.count()) == (422, 0)


def test_names_go_out_with_the_tree_and_come_back_once(leshan):
    before = set(Alias.objects.values_list("place", "text", "source"))
    exported = b"".join(export_places())
    Alias.objects.all().delete()

    first, second = take_places(read_places(exported)), take_places(read_places(exported))

    named, every = len({place for place, _text, _source in before}), len(leshan)
    assert (first, second) == (
        Taken(created=0, changed=named, same=every - named, left=0), Taken(created=0, changed=0, same=every, left=0),
    )  # fmt: skip
    assert set(Alias.objects.values_list("place", "text", "source")) == before != set()


@pytest.mark.parametrize("spoken", ["老六村", [{"text": "6"}], ["老六村"], [{"text": "老六村", "source": 3}]])
def test_a_file_with_names_that_are_none_says_so(street, spoken):
    translation.activate("en")
    collection = orjson.loads(b"".join(export_places()))
    estate = next(one for one in collection["features"] if one["properties"]["kind"] == "estate")
    estate["properties"]["spoken"] = spoken

    faults = {bad.fault for bad in read_places(orjson.dumps(collection)).bad if bad.properties["kind"] == "estate"}

    assert faults & {
        "The names that people use are a list.",
        "A name that people use has 2 to 80 characters, and a source.",
    }
