"""Finding a procedure by its words: pairs of characters for Chinese, whole words for the rest.

    put(procedure.uuid, "3号楼电梯停在5楼")        unsealed text only; sealed text is never put here
    Procedure.objects.visible_to(viewer).filter(pk__in=matching("电梯"))

Words of two characters, such as 电梯, are the commonest, and the trigram indexes of both databases cannot find them.
FTS5 holds the index on SQLite, a tsvector with a GIN index on PostgreSQL; both are asked the same words.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone

from linli.core import jobs
from linli.core.models import SearchRow

LIMIT = 2000
LONGEST = 60  # characters of a word that count
NO_WORD = "\ue000"  # of the private use area: no text is indexed by it
PAGES = 500  # of the index, merged in one transaction

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
RUN = re.compile(rf"[{HAN}]+|(?:(?![{HAN}_])\w)+")


def grams(text: str) -> Iterator[str]:
    """The words a text is indexed by. The last character of a Chinese run stands alone too: prefixes find it."""
    for run in _runs(text):
        if _is_han(run):
            yield from (run[at : at + 2] for at in range(len(run)))
        else:
            yield run[:LONGEST]


def put(uuid: UUID, text: str) -> None:
    """Make a procedure findable by this text, in place of any before it."""
    words = sorted(set(grams(text)))
    with connection.cursor() as cursor:
        if _postgresql():
            cursor.execute(
                "INSERT INTO core_searchrow (uuid, grams) VALUES (%s, array_to_tsvector(%s::text[]))"
                " ON CONFLICT (uuid) DO UPDATE SET grams = excluded.grams",
                [uuid, words],
            )
            return
        cursor.execute(
            "INSERT INTO core_searchrow (uuid) VALUES (%s) ON CONFLICT (uuid) DO UPDATE SET uuid = excluded.uuid"
            " RETURNING id",
            [uuid.hex],
        )
        (row,) = cursor.fetchone()
        cursor.execute("INSERT OR REPLACE INTO core_search (rowid, grams) VALUES (%s, %s)", [row, " ".join(words)])


def remove(uuid: UUID) -> None:
    """Take a procedure out of the index. Where SQLite leaves traces of it, a job scrubs them away."""
    if not _postgresql():
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM core_search WHERE rowid IN (SELECT id FROM core_searchrow WHERE uuid = %s)", [uuid.hex]
            )
        jobs.enqueue("search.scrub", at=timezone.now(), unique="search.scrub")
    SearchRow.objects.filter(uuid=uuid).delete()


@jobs.job("search.scrub", steps=True)
def scrub(lease: jobs.Lease) -> None:
    """Merge what was removed out of FTS5's index, a few pages at a time, so that no byte of its words is left."""
    first = -PAGES
    while True:
        with lease.step(), connection.cursor() as cursor:
            before = _changes(cursor)
            cursor.execute("INSERT INTO core_search (core_search, rank) VALUES ('merge', %s)", [first])
            if _changes(cursor) - before < 2:  # so FTS5 says that there was nothing left to merge
                return
        first = PAGES


def _changes(cursor: Any) -> int:
    return cursor.execute("SELECT total_changes()").fetchone()[0]


def matching(query: str, *, limit: int = LIMIT) -> RawSQL:
    """The uuids of the newest `limit` procedures that hold every word of the query, for `filter(pk__in=...)`.

    Any text is a query: what is neither letter nor digit only separates words. One without a word matches nothing.
    """
    if _postgresql():
        asked = " & ".join(f"'{word}'{':*' if prefix else ''}" for word, prefix in _asked(query))
        sql = "SELECT uuid FROM core_searchrow WHERE grams @@ %s::tsquery ORDER BY id DESC LIMIT %s"
    else:
        asked = " AND ".join(f'"{word}"{"*" if prefix else ""}' for word, prefix in _asked(query))
        sql = (
            "SELECT found.uuid FROM core_search JOIN core_searchrow found ON found.id = core_search.rowid"
            " WHERE core_search MATCH %s ORDER BY core_search.rowid DESC LIMIT %s"
        )
    return RawSQL(sql, (asked, limit))  # noqa: S611  the query is a parameter


def _asked(query: str) -> list[tuple[str, bool]]:
    """Words, and whether each stands for all that begin with it: a single character, and the word being typed."""
    asked: dict[str, bool] = {}
    for run in _runs(query[:200]):
        if _is_han(run) and len(run) > 1:
            asked |= {run[at : at + 2]: False for at in range(len(run) - 1)}
        else:
            asked[run[:LONGEST]] = True
    return list(asked.items()) or [(NO_WORD, False)]


def _runs(text: str) -> list[str]:
    return RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _is_han(run: str) -> bool:
    return re.match(f"[{HAN}]", run) is not None


def _postgresql() -> bool:
    return connection.vendor == "postgresql"
