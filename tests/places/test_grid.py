import pytest

from linli.places.domain.grid import Finding, check_cells
from linli.places.domain.tree import change_place, create_place
from linli.places.models import Place
from tests.neighbourhood import square

CODE = "310104014001"


@pytest.fixture
def committee(db: None) -> Place:
    """A committee of 95 m × 111 m in two cells, with one building in the western one."""
    district = create_place(parent=None, kind="district", name="区")
    street = create_place(parent=district, kind="subdistrict", name="街道")
    area = create_place(parent=street, kind="area", name="片区")
    whole = square(121.430, 31.190, 121.431, 31.191)
    committee = create_place(parent=area, kind="committee", name="居委", code=CODE, geometry=whole)
    for number, west, east in ((1, 121.430, 121.4305), (2, 121.4305, 121.431)):
        outline = square(west, 31.190, east, 31.191)
        create_place(parent=committee, kind="cell", name=f"格{number}", code=f"{CODE}00{number}", geometry=outline)
    estate = create_place(parent=committee, kind="estate", name="小区")
    built = square(121.4301, 31.1904, 121.4304, 31.1905)
    create_place(parent=estate, kind="building", name="1号楼", geometry=built)
    return committee


def cell(committee: Place, number: int) -> Place:
    return committee.children.get(name=f"格{number}")


def told(findings: list[Finding]) -> list[tuple[str, tuple[str, ...], int]]:
    return [(finding.rule, finding.names, round(finding.square_metres)) for finding in findings]


def test_a_grid_that_covers_its_committee_is_without_fault(committee, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert check_cells(committee) == []


def test_a_committee_without_a_grid_is_without_fault(committee):
    committee.children.filter(kind="cell").delete()

    assert check_cells(committee) == []


def test_a_gap_is_found(committee):
    change_place(place=cell(committee, 2), geometry=square(121.4305, 31.190, 121.4309, 31.191))

    assert told(check_cells(committee)) == [("gap", ("居委",), 1057)]


def test_an_overlap_is_found(committee):
    change_place(place=cell(committee, 2), geometry=square(121.4304, 31.190, 121.431, 31.191))

    assert told(check_cells(committee)) == [("overlap", ("格1", "格2"), 1057)]


def test_a_cell_that_leaves_its_committee_is_found(committee):
    change_place(place=cell(committee, 2), geometry=square(121.4305, 31.190, 121.4312, 31.191))

    assert told(check_cells(committee)) == [("outside", ("格2",), 2114)]


def test_a_building_that_is_cut_is_found_with_both_cells(committee):
    change_place(place=Place.objects.get(name="1号楼"), geometry=square(121.4304, 31.1904, 121.4306, 31.1905))

    assert told(check_cells(committee)) == [("cut", ("格1", "1号楼"), 0), ("cut", ("格2", "1号楼"), 0)]


@pytest.mark.parametrize("code", ["", "31010401400100", "3101040140010022", "31010401400100a", "310104014009002"])
def test_a_code_has_the_committees_12_digits_and_3_more(committee, code):
    change_place(place=cell(committee, 2), code=code)

    assert told(check_cells(committee)) == [("code", ("格2",), 0)]


def test_a_code_stands_once(committee):
    change_place(place=cell(committee, 2), code=f"{CODE}001")

    assert told(check_cells(committee)) == [("code-twice", ("格1", "格2"), 0)]


def test_what_rounding_leaves_is_no_fault(committee):
    change_place(place=cell(committee, 2), geometry=square(121.43050001, 31.190, 121.431, 31.191))

    assert check_cells(committee) == []
