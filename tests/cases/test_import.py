"""Messages from a file: taken once, resumable, with each bad row reported."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from linli.cases.domain.importing import begin_import, continue_import, keep_file, preview
from linli.cases.domain.rows import Reading, guess_columns
from linli.cases.models import Case, ImportRow, ImportRun
from linli.core.errors import Invalid
from linli.core.models import Delivery, Outbox
from linli.procedures.domain import audit
from linli.procedures.models import Assignment, Clock, Entry, Procedure

HEADING = "message_id,topic,time,text,dislikes,likes"
ROWS = [
    "1,路灯不亮,2019-02-28T11:25:05,乐山六村12号门前路灯不亮,0,0",
    "2,电梯,2019/02/14 20:00:00,电梯停运三天了,0,1",
    "3,电梯,昨天,没有写时间,0,1",
    "4,,2019-02-14T20:00:00,,0,1",
    "1,路灯不亮,2019-02-28T11:25:05,乐山六村12号门前路灯不亮,0,0",
]
COLUMNS = {"title": "topic", "text": "text", "time": "time", "number": "message_id"}


@pytest.fixture
def file(tmp_path, settings):
    settings.DATA = tmp_path
    path = tmp_path / "messages.csv"
    path.write_text("\n".join([HEADING, *ROWS]), encoding="utf-8-sig")
    return path


def begin(path: Path, street, **changes) -> ImportRun:
    given = {
        "path": path, "name": path.name, "reading": Reading(COLUMNS), "mode": "history", "source": "messages",
        "all_or_none": False, "post": street.posts["duty_officer"], "account": street.accounts["duty_officer"],
        "at": street.now, **changes,
    }  # fmt: skip
    return begin_import(**given)


def counts(run: ImportRun) -> tuple:
    return run.status, run.rows, run.taken, run.known, run.bad


def test_columns_are_guessed_from_their_headings():
    assert guess_columns(HEADING.split(",")) == {**COLUMNS}


def test_a_preview_writes_nothing_and_shows_what_would_be_bad(file, street):
    with file.open("rb") as opened:
        run = keep_file(file=opened, name=file.name, post=None, account=None, at=street.now)

    shown = preview(run, Reading(COLUMNS), at=street.now)

    assert [row.line for row in shown.rows] == [2, 3, 6]
    assert [row.line for row in shown.bad] == [4, 5]
    assert Case.objects.count() == 0


def test_bad_rows_are_reported_and_the_rest_is_taken(file, street):
    run = continue_import(begin(file, street), at=street.now)

    assert counts(run) == ("done", 5, 3, 0, 2)
    assert list(ImportRow.objects.order_by("line").values_list("line", flat=True)) == [4, 5]
    assert Case.objects.filter(text__contains="路灯").count() == 2


def test_all_or_none_takes_none_and_reports_all(file, street):
    run = continue_import(begin(file, street, all_or_none=True), at=street.now)

    assert counts(run) == ("failed", 0, 0, 0, 2)
    assert Case.objects.count() == 0


def test_the_same_file_twice_adds_nothing(file, street):
    continue_import(begin(file, street), at=street.now)
    again = continue_import(begin(file, street), at=street.now)

    assert counts(again) == ("done", 5, 0, 3, 2)
    assert Case.objects.count() == 3


def test_history_has_no_clocks_no_deliveries_and_goes_to_the_fallback_desk_saying_why(file, street):
    continue_import(begin(file, street), at=street.now)

    assert (Clock.objects.count(), Delivery.objects.count()) == (0, 0)
    assert set(Procedure.objects.values_list("state", "place", "due")) == {("filed", None, None)}
    desk = street.posts["duty_officer"]
    assert set(Assignment.objects.values_list("post", "part", "open")) == {(desk.pk, "desk", True)}
    assert {bool(case.proposed_why) for case in Case.objects.all()} == {True}
    told = Outbox.objects.filter(topic__startswith="case.").values_list("topic", flat=True)
    assert list(told) == ["case.taken_over"]


def test_closed_rows_are_taken_over_closed_with_their_answer(tmp_path, settings, street):
    settings.DATA = tmp_path
    path = tmp_path / "replied.csv"
    path.write_text(
        "topic,time,text,reply,reply_time\n灯,2019-03-05 10:06:36,灯坏了,已修好,2019-03-12 08:59:29\n"
        "灯,2019-03-05 10:06:36,灯又坏了,已修好,2019-03-01 08:59:29\n",
        encoding="gb18030",
    )
    columns = guess_columns(["topic", "time", "text", "reply", "reply_time"])

    run = continue_import(begin(path, street, reading=Reading(columns)), at=street.now)

    assert counts(run) == ("done", 2, 1, 0, 1)
    case = Case.objects.select_related("procedure").get()
    assert (case.answer, case.procedure.state) == ("已修好", "closed")
    assert case.procedure.closed == datetime(2019, 3, 12, 0, 59, 29, tzinfo=UTC)
    assert [entry.kind for entry in Entry.objects.order_by("seq")] == ["received", "take_over_closed"]


def test_taken_over_stories_verify(file, street, tmp_path):
    continue_import(begin(file, street), at=street.now)
    audit.set_anchor(street.now)
    audit.export_anchors(tmp_path)

    assert list(audit.verify(tmp_path)) == []


def test_an_interrupted_run_goes_on_where_it_stood(file, street):
    run, rooms = begin(file, street), iter(["survey", "first batch"])

    def step():
        if next(rooms, None) is None:
            raise KeyboardInterrupt
        return transaction.atomic()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("linli.cases.domain.importing.FIRST", 2)
        with pytest.raises(KeyboardInterrupt):
            continue_import(run, at=street.now, step=step)
        assert counts(ImportRun.objects.get(pk=run.pk)) == ("running", 2, 2, 0, 0)

    done = continue_import(ImportRun.objects.get(pk=run.pk), at=street.now)

    assert counts(done) == ("done", 5, 3, 0, 2)
    assert Case.objects.count() == 3


@pytest.mark.parametrize("mode", ["live", "replay"])
def test_live_and_replay_start_clocks(file, street, mode):
    run = continue_import(begin(file, street, mode=mode), at=street.now)

    assert counts(run) == ("done", 5, 3, 0, 2)
    assert Clock.objects.filter(rule="case.file").count() == 3
    opened = sorted(Procedure.objects.values_list("opened", flat=True))
    assert opened[-1] == street.now
    assert (opened[0] < street.now) == (mode == "replay")


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.csv"), (b"not a zip", "a.xlsx"), (b"a,b\n1,2\n", "a.csv")],
)
def test_a_file_that_is_no_table_of_messages_is_refused_in_words(tmp_path, settings, street, content, name):
    settings.DATA = tmp_path
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(Invalid) as told:
        begin(path, street)

    assert told.value.fields
