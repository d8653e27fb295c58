"""Pages by falling id: forwards, back again, and to no page that is not there."""

from uuid import uuid4

import pytest

from linli.core.keyset import newest
from linli.core.models import SearchRow


@pytest.fixture
def ids(db) -> list[int]:
    return sorted((SearchRow.objects.create(uuid=uuid4()).pk for _ in range(5)), reverse=True)


def shown(asked: dict[str, object], size: int = 2) -> tuple[list[int], int | None, int | None]:
    page = newest(SearchRow.objects.all(), {name: str(value) for name, value in asked.items()}, size=size)
    return [row.pk for row in page.rows], page.previous, page.next


def test_forwards_to_the_end_and_back_to_the_beginning(ids):
    assert shown({}) == ([ids[0], ids[1]], None, ids[1])
    assert shown({"after": ids[1]}) == ([ids[2], ids[3]], ids[2], ids[3])
    assert shown({"after": ids[3]}) == ([ids[4]], ids[4], None)
    assert shown({"before": ids[4]}) == ([ids[2], ids[3]], ids[2], ids[3])
    assert shown({"before": ids[2]}) == ([ids[0], ids[1]], None, ids[1])


@pytest.mark.parametrize("nonsense", ["", "x", "-1", "1e9", "９", "1 OR 1=1"])
def test_a_cursor_that_is_none_shows_the_first_page(ids, nonsense):
    assert shown({"after": nonsense})[0] == [ids[0], ids[1]]


def test_an_empty_list_has_no_pages(db):
    assert shown({}) == ([], None, None)
    assert shown({"after": 5}) == ([], None, None)


def test_a_page_costs_one_query(ids, django_assert_num_queries):
    with django_assert_num_queries(1):
        shown({"after": ids[1]})
