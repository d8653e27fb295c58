"""The place that a text means: as people write, with the reason told, and nothing where it is not clear."""

import pytest
from django.utils import translation

from linli.places.domain.aliases import add_alias
from linli.places.domain.gazetteer import because, places_in_text
from linli.places.domain.queries import full_title
from linli.places.domain.tree import create_place, retire_place
from linli.places.models import Place
from linli.world.sayings import sayings
from tests.places.conftest import SEEDED


def said(text: str, **where: str) -> list[str]:
    with translation.override("zh-hans"):
        return [full_title(proposal.place) for proposal in places_in_text(text, **where)]


SAID = {
    "六村12号302": ["乐山六村12号楼"],
    "六村12-2-302": ["乐山六村12号楼2号门"],
    "樂山六邨１２號": ["乐山六村12号楼"],
    "乐山 六村 十二幢 一单元 灯坏": ["乐山六村12号楼1号门"],
    "12号楼（乐山六村）门禁坏了": ["乐山六村12号楼"],
    "我们乐山六村的灯坏了，就在12号楼三楼": ["乐山六村12号楼"],
    "四村3号和五村4号都停水": ["乐山四村3号楼", "乐山五村4号楼"],
    "八村5幢": ["乐山八九村小区5号楼"],
    "虹二5号漏水": ["虹二小区5号楼"],
    "老六村3号": ["乐山六村3号楼"],
    "桂花路33弄3号": ["乐山六村3号楼"],
    "六村3楼灯不亮": ["乐山六村"],
    "六村99号": ["乐山六村"],
    "六七村1号": ["乐山六村1号楼", "乐山七村1号楼"],
    "No. 12 Leshan Estate 6": ["乐山六村12号楼"],
    "Entrance 2, Building 12, Leshan Village 6": ["乐山六村12号楼2号门"],
    "leshan vilage 6 building 3": ["乐山六村3号楼"],
    "八九联村3号楼漏水": ["乐山八九村小区3号楼"],
    "三楼灯不亮": [],
    "12号楼的灯不亮": [],
    "16村12号": [],
    "第三中学旁边": [],
    "": [],
}


@pytest.mark.parametrize("text", SAID)
def test_a_text_means_these_places(leshan, text):
    assert said(text) == SAID[text]


def test_what_a_text_means_in_the_invented_neighbourhood_is_nearly_always_found(leshan):
    ours = [place for place in Place.objects.all() if place.path.startswith(leshan["徐家汇街道"].path)]
    texts = list(sayings(ours, number=800))

    def buildings(text: str) -> set[str]:
        found = places_in_text(text, below=leshan["徐家汇街道"].path)
        return {one.place.path[:24] for one in found if one.place.kind in {"building", "entrance"}}

    clear = [one for one in texts if one.building]
    right = [one for one in clear if one.building in buildings(one.text)]
    wrong = [
        one.text for one in clear if buildings(one.text) - {one.building} and one.building not in buildings(one.text)
    ]
    assert (len(right) / len(clear) > 0.94, wrong) == (True, [])
    assert [one.text for one in texts if not one.building and buildings(one.text)] == []


def test_a_flat_is_never_proposed_nor_quoted(street):
    flat = create_place(parent=street.places["building"], kind="entrance", name="1号门")
    create_place(parent=flat, kind="unit", name="302室")

    (proposal,) = places_in_text("乐山六村12号1号门302室，王家门口漏水")

    assert (proposal.place, [reason.words for reason in proposal.reasons]) == (flat, ["乐山六村12号1号门"])


def test_the_reason_is_told_in_the_readers_language(street):
    add_alias(place=street.places["estate"], text="老六村", source="窗口", by=street.by("administrator"), at=street.now)
    told = {"六村12号302": [], "老六村12号": [], "乐山六村99号": []}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for text, words in told.items():
                words.append(because(places_in_text(text)[0]))

    assert told == {
        "六村12号302": ["“六村12号”", "“六村12号”"],
        "老六村12号": ["“老六村12号”, as people call Leshan Estate 6", "“老六村12号”，大家这样称呼乐山六村"],
        "乐山六村99号": ["“乐山六村99号”; there is no such number there", "“乐山六村99号”；那里没有这个号"],
    }


def test_a_building_alone_is_clear_where_one_estate_is_meant(street):
    estate, building = street.places["estate"], street.places["building"]

    assert [one.place for one in places_in_text("12号楼三楼灯不亮")] == [building]  # the only estate here
    assert [one.place for one in places_in_text("12号楼三楼灯不亮", near=estate.path)] == [building]
    assert places_in_text("12号楼三楼灯不亮", below=street.places["other_street"].path) == []


def test_only_places_in_use_below_the_path_are_proposed(street):
    assert places_in_text("六村12号", below=street.places["other_street"].path) == []

    retire_place(place=street.places["building"], at=SEEDED)

    assert said("六村12号") == ["乐山六村"]


def test_reading_a_text_asks_the_database_nothing(leshan, django_assert_num_queries):
    places_in_text("六村12号")

    with django_assert_num_queries(0):
        assert said("六村12号") == ["乐山六村12号楼"]
