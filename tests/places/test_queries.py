import pytest
from django.utils import translation

from linli.core.errors import NotFound
from linli.places.domain import queries
from linli.places.domain.queries import choice, find_places, full_title, overview, place_page
from linli.places.domain.tree import retire_place
from tests.places.conftest import SEEDED

FOUND = {
    "六村": ["乐山六七村", "乐山六村"],
    "乐山六七村": ["乐山六七村"],
    "6村": ["乐山六七村", "乐山六村"],
    "七村": ["乐山六七村", "乐山七村"],
    "六村12号": ["乐山六村12号楼", "乐山六村12号楼1号门", "乐山六村12号楼2号门", "乐山六村12号楼3号门"],
    "乐山六村 １２号楼": ["乐山六村12号楼"],
    "乐山六村十二号楼2号门": ["乐山六村12号楼2号门"],
    "leshan village 6, building 12": ["乐山六村12号楼"],
    "虹二居委会": ["虹二"],
    "徐家汇": ["徐家汇街道"],
    "310104014003002": ["第2网格"],
}
NOT_FOUND = ["", "  ", "？！", "xyz", "浦东", "'; DROP TABLE places_place; --", "<script>", "🏠", "𠮷"]


def test_a_place_is_found_by_whatever_people_call_it(leshan):
    with translation.override("zh-hans"):
        found = {text: [full_title(place) for place in find_places(text)][: len(FOUND[text])] for text in FOUND}

    assert found == FOUND


def test_what_is_called_so_nowhere_is_not_found(leshan):
    assert {text: find_places(text) for text in NOT_FOUND} == {text: [] for text in NOT_FOUND}


def test_a_search_can_stay_in_a_branch_and_short(leshan):
    below = leshan["乐山七村"].path

    assert {place.path[: len(below)] for place in find_places("12号", below=below)} == {below}
    assert len(find_places("号楼", limit=3)) == 3


def test_a_search_needs_no_statement_once_the_tree_is_read(leshan, django_assert_num_queries):
    find_places("六村")

    with django_assert_num_queries(0):
        find_places("七村")
        full_title(leshan["乐山六村12号楼1号门"])
        overview()


def test_the_full_title_says_the_estate_with_the_number(leshan):
    with translation.override("zh-hans"):
        assert full_title(leshan["乐山六村12号楼1号门"]) == "乐山六村12号楼1号门"
        assert full_title(leshan["310104014003001"]) == "第1网格"
    with translation.override("en"):
        assert full_title(leshan["乐山六村12号楼1号门"]) == "Leshan Village 6, Building 12, Entrance 1"


def test_the_page_of_a_place_takes_four_statements_however_much_lies_in_it(leshan, django_assert_num_queries):
    for name in ("乐山六村", "邻街小区", "徐汇区"):
        with django_assert_num_queries(4):
            page = place_page(leshan[name].path)
        assert page.place == leshan[name]

    page = place_page(leshan["乐山六七村"].path)
    assert [place.name for place in page.above] == ["徐汇区", "徐家汇街道", "乐山片区"]
    assert [(kind, len(places)) for kind, places in page.children] == [("estate", 2), ("cell", 6)]
    with pytest.raises(NotFound):
        place_page("zzzz")


def test_figures_are_shown_with_their_source_and_whether_they_were_checked(leshan):
    with translation.override("en"):
        figures = [(str(row.name), row.value, row.verified) for row in place_page(leshan["乐山片区"].path).figures]

    assert figures == [
        ("Number of households", "6,458 households", False),
        ("Floor area", "290,000 m²", False),
        ("People aged 65 or over", "30 %", False),
        ("Disabled residents", "700 persons", False),
        ("Households in hardship", "197 households", False),
    ]


def test_a_retired_place_keeps_its_page_and_leaves_every_list(leshan):
    building = leshan["乐山六村12号楼"]
    retire_place(place=building, at=SEEDED)

    assert place_page(building.path).place.retired_at == SEEDED
    assert find_places("乐山六村12号楼1号门") == []
    assert building not in choice(estate=leshan["乐山六村"].path).buildings


def test_a_choice_goes_from_the_estate_to_the_entrance(leshan):
    estate, building, entrance = (leshan[name] for name in ("乐山六村", "乐山六村12号楼", "乐山六村12号楼1号门"))

    nothing = choice()
    assert [committee.name for committee, _estates in nothing.estates][:3] == ["乐山四五村", "乐山二三村", "乐山六七村"]
    assert (nothing.place, nothing.buildings, nothing.entrances) == (None, [], [])
    assert choice(estate=estate.path).place == estate
    assert choice(estate=estate.path, building=building.path).entrances[0] == entrance
    assert choice(estate=estate.path, building=building.path, entrance=entrance.path).place == entrance


def test_a_choice_that_does_not_lie_in_the_one_before_counts_as_none(leshan):
    estate, other = leshan["乐山六村"], leshan["乐山七村12号楼"]

    assert choice(estate=estate.path, building=other.path).place == estate
    assert choice(estate=other.path).place is None
    assert choice(estate="'; DROP TABLE", building=other.path, entrance="x").place is None


def test_only_estates_of_this_office_are_offered(leshan):
    offered = choice(below=leshan["邻街街道"].path)

    assert [estate.name for _committee, estates in offered.estates for estate in estates] == ["邻街小区"]
    assert choice(estate=leshan["乐山六村"].path, below=leshan["邻街街道"].path).place is None


def test_numerals_are_read_as_people_write_them():
    plain = queries._plain

    assert [plain(text) for text in ("六七村", "十号", "十二号", "二十号", "二十一", "１２号", "A 座")] == [
        "67村", "10号", "12号", "20号", "21", "12号", "a座",
    ]  # fmt: skip
