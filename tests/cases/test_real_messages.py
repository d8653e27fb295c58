"""Real messages of citizens come in as cases: every row, and texts that stand twice as two."""

import os
from pathlib import Path

import pytest

from linli.cases.domain.importing import begin_import, continue_import
from linli.cases.domain.rows import Reading, guess_columns
from linli.cases.domain.sheets import open_sheet
from linli.cases.models import Case
from linli.procedures.domain import audit
from linli.procedures.models import Procedure

FOLDER = os.environ.get("LINLI_REAL_DATA", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="LINLI_REAL_DATA names no folder of real input")


def bring_in(name: str, street, tmp_path, settings):
    settings.DATA = tmp_path
    path = Path(FOLDER) / "messages" / name
    with open_sheet(path) as sheet:
        columns = guess_columns(sheet.heading)
    run = begin_import(
        path=path, name=path.name, reading=Reading(columns), mode="history", source="messages", all_or_none=False,
        post=None, account=None, at=street.now,
    )  # fmt: skip
    return continue_import(run, at=street.now)


def test_every_message_of_the_stream_becomes_a_case(street, tmp_path, settings):
    run = bring_in("stream.csv", street, tmp_path, settings)

    assert (run.status, run.rows, run.taken, run.known, run.bad) == ("done", 4326, 4326, 0, 0)
    assert Procedure.objects.filter(state="filed").count() == Case.objects.count() == 4326

    again = bring_in("stream.csv", street, tmp_path, settings)

    assert (again.taken, again.known) == (0, 4326)


def test_replied_messages_come_in_closed_with_their_answer(street, tmp_path, settings):
    run = bring_in("replied.csv", street, tmp_path, settings)

    assert (run.status, run.taken + run.bad, run.known) == ("done", run.rows, 0)
    assert Case.objects.exclude(answer="").filter(procedure__state="closed").count() == run.taken
    audit.set_anchor(street.now)
    audit.export_anchors(tmp_path)
    assert list(audit.verify(tmp_path)) == []
