"""Which cases are perhaps the same: near and at nearly the same time, or in nearly the same words; to whom shown."""

import csv
import os
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.utils import translation

from linli.cases.domain.duplicates import Same, mark_texts, perhaps_the_same, reasons, settings
from linli.cases.kind import erase
from linli.cases.models import TextMark
from linli.engines.likeness import marks, shared
from linli.people.actors import Viewer
from linli.procedures.models import Exclusion, Procedure
from linli.world.messages import write_messages
from tests.cases.conftest import statements

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")
LETTER = "六号门口的路灯已经坏了一个星期，晚上老人上下台阶看不清，差一点摔倒，打过两次电话都没有人来修。"
AGAIN = f"您好，再次反映：{LETTER}谢谢！"
OTHER = "垃圾房湿垃圾桶满了，味道很大，桶边都是污水，请派人来冲一冲。"


@pytest.fixture
def officer(street) -> Viewer:
    return Viewer(posts=(street.posts["duty_officer"],), account=street.accounts["duty_officer"])


def found(case, viewer) -> list[str]:
    return [same.number for same in perhaps_the_same(case, viewer)]


def marked(*cases):
    mark_texts([case.pk for case in cases])


def test_the_same_class_in_the_same_building_within_a_day_is_proposed_with_reasons(report, street, officer):
    case = report().case
    other = report(text="三楼的灯坏了，老人看不清。", at=street.now - timedelta(hours=3)).case

    (same,) = perhaps_the_same(case, officer)

    assert same == Same(
        number=other.procedure.number, state="received", opened=other.procedure.opened, title=street.klass().title,
        place="乐山六村12号", text=other.text, where="building", metres=0.0, apart=-timedelta(hours=3),
        alike=same.alike, same_class=True,
    )  # fmt: skip
    with translation.override("en"):
        assert reasons(same) == f"same building, same class, 3 hours apart, {same.alike} % the same words"
    with translation.override("zh-hans"):
        assert reasons(same) == f"同一栋楼，同一类别，相隔3小时，{same.alike}% 文字相同"


@pytest.mark.parametrize(
    "other",
    [
        {"hours": 25},  # a day later it is another matter, unless the words are the same
        {"klass": "waste", "text": OTHER},
        {"klass": None, "text": OTHER},
        {"place": "other_street", "text": OTHER},
    ],
)
def test_what_lies_too_far_off_or_is_about_something_else_is_not_proposed(report, street, officer, other):
    given = dict(other)
    at = street.now - timedelta(hours=given.pop("hours", 1))
    if "klass" in given:
        given["klass"] = given["klass"] and street.klass(given["klass"])
    if "place" in given:
        given["place"] = street.places[given["place"]]
    report(at=at, **given)

    assert found(report().case, officer) == []


@pytest.mark.parametrize(("lon", "proposed"), [(121.43395, True), (121.4347, False)])
def test_fifty_metres_decide_where_there_are_points(report, street, officer, lon, proposed):
    one = report(place=None, lon=121.43355, lat=31.19245).case
    other = report(place=None, lon=lon, lat=31.19245, text=OTHER).case

    assert (other.procedure.number in found(one, officer)) is proposed


def test_a_text_without_a_place_is_found_by_its_words(report, street, officer):
    placeless = {"place": None, "klass": None}
    first = report(text=LETTER, at=street.now - timedelta(days=9), **placeless).case
    other = report(text=OTHER, **placeless).case
    case = report(text=AGAIN, **placeless).case
    marked(first, other, case)

    (same,) = perhaps_the_same(case, officer)

    assert (same.number, same.where, same.apart) == (first.procedure.number, "", -timedelta(days=9))
    assert same.alike >= settings().words_alike
    late = report(text=LETTER, at=street.now + timedelta(days=40), **placeless).case
    assert found(late, officer) == []


def test_a_text_that_names_a_building_finds_what_was_reported_there(report, street, officer):
    other = report(at=street.now - timedelta(hours=2)).case

    case = report(place=None, text="乐山六村12号三楼楼道灯不亮，老人上下楼看不清。").case

    assert (case.procedure.place, found(case, officer)) == (None, [other.procedure.number])


def test_what_the_viewer_may_not_see_is_never_proposed(report, street, officer):
    case = report().case
    other = report().case
    Procedure.objects.filter(pk=other.pk).update(sealed=True)
    sealed_from_others = Viewer((street.posts["area_lead"],), street.accounts["area_lead"])
    neighbour = Viewer((street.posts["outsider"],), street.accounts["outsider"])

    assert found(case, officer) == [other.procedure.number]  # it is assigned to this desk
    assert (found(case, sealed_from_others), found(case, neighbour), found(case, Viewer())) == ([], [], [])

    Exclusion.objects.create(
        procedure=other.procedure, post=street.posts["duty_officer"], reason="recused", since=street.now
    )

    assert found(case, officer) == []


def test_marks_are_kept_of_unsealed_texts_without_a_place_alone_once_and_forgotten_with_the_text(report, street):
    placed, placeless = report().case, report(place=None, text=LETTER).case
    sealed = report(place=None, text=LETTER).case
    Procedure.objects.filter(pk=sealed.pk).update(sealed=True)

    marked(placed, placeless, sealed)
    marked(placed, placeless, sealed)

    assert sorted(TextMark.objects.values_list("procedure", "mark")) == sorted(
        (placeless.pk, mark) for mark in marks(LETTER)
    )
    erase(placeless.procedure)
    assert not TextMark.objects.exists()


def test_looking_takes_three_statements_however_many_there_are(report, street, officer, django_assert_num_queries):
    case = report(place=None, text="乐山六村12号三楼楼道灯不亮，老人上下楼看不清。").case
    marked(case, report(place=None, text=case.text).case)
    assert len(found(case, officer)) == 1

    with django_assert_num_queries(3):
        found(case, officer)

    marked(*(report(place=None, text=case.text).case for _ in range(3)))
    for _ in range(3):
        report()
    with django_assert_num_queries(3):
        assert len(found(case, officer)) == 5


def test_the_page_shows_a_desk_what_is_perhaps_the_same_and_where_it_leads(sign_in, report, street):
    case, other = report().case, report(at=street.now - timedelta(minutes=20)).case
    address = f"/case/{case.procedure.number}/"

    page = unescape(sign_in("duty_officer").get(address).content.decode())

    assert "Perhaps the same" in page
    assert f'href="/case/{other.procedure.number}/"' in page or f"merge/?into={other.procedure.number}" in page
    assert "same building, same class, 20 minutes apart, 100 % the same words" in page
    handler = sign_in("property_manager").get(address)
    assert "Perhaps the same" not in handler.content.decode()


def test_three_that_are_perhaps_the_same_cost_no_more_than_one(sign_in, report, street):
    case, client = report().case, sign_in("duty_officer")
    report()
    address = f"/case/{case.procedure.number}/"
    one = statements(client, address)

    report()
    report()

    assert statements(client, address) == one


def copies_found(path: Path) -> tuple[int, int]:
    """(how many texts of a file stand twice, how many of them share a mark)."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        texts = [row["text"] for row in csv.DictReader(lines)]
    first: dict[str, str] = {}
    pairs = []
    for text in texts:
        key = "".join(text.split())
        if key in first:
            pairs.append((first[key], text))
        first.setdefault(key, text)
    return len(pairs), sum(shared(marks(one), marks(other)) for one, other in pairs)


def test_every_invented_message_that_was_sent_twice_is_found(tmp_path, street):
    path = tmp_path / "messages.csv"
    write_messages(path, rows=400, until=street.now)

    twice, shared_marks = copies_found(path)

    assert twice == shared_marks > 8


@real
def test_every_real_message_that_was_sent_twice_is_found():
    twice, shared_marks = copies_found(Path(FOLDER) / "messages" / "stream.csv")

    assert twice == shared_marks > 100
