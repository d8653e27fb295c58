"""Search: two characters are a word, any text is a query, and what was removed leaves no trace."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from linli.core import jobs, search
from linli.core.models import SearchRow
from linli.core.search import matching, put, remove

TEXTS = {
    "lift": "3号楼电梯停在5楼，门打不开。",
    "leak": "302室屋顶漏水，电梯旁边的墙也湿了",
    "noise": "Loud MUSIC after 23:00 in building 12A",
    "rare": "𠮷野家门口的窨井盖松动",
}


@pytest.fixture
def told(db) -> dict[str, UUID]:
    uuids = {name: uuid4() for name in TEXTS}
    for name, text in TEXTS.items():
        put(uuids[name], text)
    return uuids


def found(told: dict[str, UUID], query: str, **more: int) -> set[str]:
    rows = SearchRow.objects.filter(uuid__in=matching(query, **more)).values_list("uuid", flat=True)
    return {name for name, uuid in told.items() if uuid in set(rows)}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("电梯", {"lift", "leak"}),
        ("电梯 漏水", {"leak"}),
        ("电梯停在", {"lift"}),
        ("梯电", set()),
        ("漏", {"leak"}),
        ("开", {"lift"}),
        ("music", {"noise"}),
        ("Music 12a", {"noise"}),
        ("mus", {"noise"}),
        ("usic", set()),
        ("３０２室", {"leak"}),
        ("𠮷野", {"rare"}),
        ("盖", {"rare"}),
        ("停 music", set()),
    ],
)
def test_words_are_found(told, query, names):
    assert found(told, query) == names


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "。！",
        "😀",
        '"',
        "'",
        "\\",
        "*",
        "%",
        "(",
        "NEAR(",
        "AND",
        "OR NOT",
        '" OR 1=1 --',
        "x:y",
        "-",
        "^电",
        "\0",
    ],
)
def test_any_text_is_a_query_and_none_matches_everything(told, query):
    assert found(told, query) in [set(), {"lift", "leak"}]


@given(text=st.text(max_size=60), query=st.text(max_size=300))
@pytest.mark.django_db(transaction=False)
def test_no_text_breaks_the_index_or_the_query(text, query, django_db_blocker):
    with django_db_blocker.unblock():
        uuid = uuid4()
        put(uuid, text)
        list(SearchRow.objects.filter(uuid__in=matching(query)))
        words = list(search.grams(text))
        if words:
            assert uuid in SearchRow.objects.filter(uuid__in=matching(text[:199])).values_list("uuid", flat=True)
        remove(uuid)


def test_the_words_of_a_query_are_no_operators(told):
    put(told["lift"], "this and that or not near")

    assert found(told, "AND OR NOT NEAR") == {"lift"}


def test_a_text_put_again_takes_the_place_of_the_first(told):
    put(told["lift"], "路灯不亮")

    assert found(told, "电梯") == {"leak"}
    assert found(told, "路灯") == {"lift"}
    assert SearchRow.objects.count() == len(TEXTS)


def test_what_was_removed_is_not_found(told):
    remove(told["lift"])
    remove(told["lift"])

    assert found(told, "电梯") == {"leak"}


def test_the_newest_come_first_where_there_are_too_many(told):
    assert found(told, "电梯", limit=1) == {"leak"}


def test_putting_costs_two_statements_at_most(told, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        put(told["lift"], TEXTS["lift"])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps no text of a removed row past its vacuum")
def test_no_byte_of_a_removed_text_is_left_in_the_index(db):
    """FTS5 keeps removed words in its segments until they are merged; the job does that."""
    for number in range(50):
        put(uuid4(), f"filler words number{number}")
    secret = uuid4()
    put(secret, "planted xqztoken88")
    for number in range(50):
        put(uuid4(), f"more words number{number}")

    remove(secret)
    assert jobs.work_once()

    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM core_search_data")
        assert [block for (block,) in cursor if b"qztoken88" in block] == []
        cursor.execute("SELECT c0 FROM core_search_content")
        assert [text for (text,) in cursor if "xqztoken88" in text] == []
