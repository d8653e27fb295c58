"""Real messages of citizens come in as cases: every row, and texts that stand twice as two; and invented ones alike."""

import os
from pathlib import Path

import pytest

from linli.cases.domain.importing import begin_import, continue_import
from linli.cases.domain.rows import Reading, guess_columns
from linli.cases.domain.sheets import open_sheet
from linli.cases.models import Case
from linli.procedures.domain import audit
from linli.procedures.models import Procedure
from linli.world.messages import write_messages

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
real = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")


def bring_in(path: Path, street, tmp_path, settings):
    settings.DATA = tmp_path
    with open_sheet(path) as sheet:
        columns = guess_columns(sheet.heading)
    run = begin_import(
        path=path, name=path.name, reading=Reading(columns), mode="history", source="messages", all_or_none=False,
        post=None, account=None, at=street.now,
    )  # fmt: skip
    return continue_import(run, at=street.now)


def test_every_invented_message_becomes_a_case(street, tmp_path, settings):
    path = tmp_path / "messages.csv"
    write_messages(path, rows=300, until=street.now)

    run = bring_in(path, street, tmp_path, settings)
    again = bring_in(path, street, tmp_path, settings)

    assert (run.status, run.rows, run.taken, run.known, run.bad) == ("done", 300, 300, 0, 0)
    assert (again.taken, again.known) == (0, 300)
    texts = Case.objects.values_list("text", flat=True)
    assert (len(texts), len(set(texts))) == (300, 293)  # every fortieth was sent twice
    assert list(audit.verify(tmp_path)) == []


@real
def test_every_message_of_the_stream_becomes_a_case(street, tmp_path, settings):
    run = bring_in(Path(FOLDER) / "messages" / "stream.csv", street, tmp_path, settings)

    assert (run.status, run.rows, run.taken, run.known, run.bad) == ("done", 4326, 4326, 0, 0)
    assert Procedure.objects.filter(state="filed").count() == Case.objects.count() == 4326

    again = bring_in(Path(FOLDER) / "messages" / "stream.csv", street, tmp_path, settings)

    assert (again.taken, again.known) == (0, 4326)


@real
def test_replied_messages_come_in_closed_with_their_answer(street, tmp_path, settings):
    run = bring_in(Path(FOLDER) / "messages" / "replied.csv", street, tmp_path, settings)

    assert (run.status, run.taken + run.bad, run.known) == ("done", run.rows, 0)
    assert Case.objects.exclude(answer="").filter(procedure__state="closed").count() == run.taken
    audit.set_anchor(street.now)
    audit.export_anchors(tmp_path)
    assert list(audit.verify(tmp_path)) == []
