"""The story can be proved: whatever is altered, removed, reordered or cut off is found, and a purge is accepted."""

from uuid import uuid4

import pytest

from linli.people.actors import Actor
from linli.procedures.domain import audit
from linli.procedures.domain.story import append_entry
from linli.procedures.models import Entry, EntryBody, Procedure


@pytest.fixture
def anchored(case_in, street, tmp_path):
    """A case with a story of five lines, anchored and exported."""
    case = case_in("handled")
    audit.set_anchor(street.now)
    audit.export_anchors(tmp_path)
    return case.procedure


def findings(folder) -> list[tuple[str, int | None]]:
    return [(finding.what, finding.seq) for finding in audit.verify(folder)]


def test_an_untouched_story_verifies(anchored, tmp_path):
    assert findings(tmp_path) == []


def test_an_altered_body_is_found(anchored, tmp_path):
    EntryBody.objects.filter(entry__procedure=anchored, entry__seq=3).update(data=b'{"to":1}')

    assert findings(tmp_path) == [("altered", 3)]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "void"},
        {"actor": "post:999/999"},
        {"post": None},
        {"account": None},
        {"audience": "public"},
        {"rule": "x"},
    ],
)
def test_an_altered_entry_is_found(anchored, tmp_path, change):
    Entry.objects.filter(procedure=anchored, seq=2).update(**change)

    assert findings(tmp_path) == [("altered", 2)]


def test_a_removed_entry_is_found(anchored, tmp_path):
    EntryBody.objects.filter(entry__procedure=anchored, entry__seq=2).delete()
    Entry.objects.filter(procedure=anchored, seq=2).delete()

    assert findings(tmp_path) == [("removed", 2)]


def test_two_entries_that_changed_places_are_found(anchored, tmp_path):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        Entry.objects.filter(procedure=anchored, seq=old).update(seq=new)

    assert findings(tmp_path) == [("altered", 2), ("altered", 3), ("altered", 4)]


def test_a_story_cut_off_and_made_to_fit_is_found_by_the_exported_anchor(anchored, tmp_path):
    EntryBody.objects.filter(entry__procedure=anchored, entry__seq=5).delete()
    Entry.objects.filter(procedure=anchored, seq=5).delete()
    last = Entry.objects.get(procedure=anchored, seq=4)
    Procedure.objects.filter(pk=anchored.pk).update(seq=4, head_hash=last.hash)

    assert findings(tmp_path) == [("cut_off", 5)]


def test_a_body_deleted_without_a_purge_is_found(anchored, tmp_path):
    EntryBody.objects.filter(entry__procedure=anchored, entry__seq=1).delete()

    assert findings(tmp_path) == [("removed", 1)]


def test_a_forged_anchor_file_is_found(anchored, tmp_path):
    file = tmp_path / "anchors.jsonl"
    file.write_text(file.read_text().replace('"number":1', '"number":2'))

    assert findings(tmp_path)[0] == ("altered", None)


@pytest.mark.parametrize("line", ["{}", "[1]", "no json", '{"number":1,"at":"x","hash":"0","heads":[]}'])
def test_a_line_of_the_anchor_file_that_is_none_is_a_finding_and_no_end(anchored, tmp_path, street, line):
    append_entry(anchored, "note", by=street.by("duty_officer"), at=street.now, says={})
    audit.set_anchor(street.now)
    audit.export_anchors(tmp_path)
    file = tmp_path / "anchors.jsonl"
    file.write_text("\n".join([line, file.read_text().splitlines()[1], ""]))

    assert findings(tmp_path) == [("altered", None), ("altered", None)]  # that line, and what no longer follows it


def test_a_line_that_is_still_being_written_is_no_finding(anchored, tmp_path):
    with (tmp_path / "anchors.jsonl").open("a") as file:
        file.write('{"number":2,"at"')

    assert findings(tmp_path) == []


def test_anchors_that_were_exported_and_are_no_longer_there_are_missed(case_in, street, settings, tmp_path):
    settings.ANCHORS = tmp_path
    for _ in range(2):
        case_in("received")
        audit.set_anchor(street.now)
    audit.export_anchors()
    file = tmp_path / "anchors.jsonl"
    file.write_text(file.read_text().splitlines(keepends=True)[0])

    assert [(finding.what, finding.seq) for finding in audit.verify()] == [("removed", None)]
    assert findings(tmp_path) == []  # as a copy of yesterday it is whole


def test_a_purge_forgets_and_still_verifies(anchored, tmp_path, street):
    audit.purge(procedure=anchored, rule="case.keep", by=Actor.named("purge"), at=street.now)

    assert findings(tmp_path) == []
    assert EntryBody.objects.filter(entry__procedure=anchored).exclude(entry__kind="purged").count() == 0


def test_lines_written_after_a_purge_are_not_covered_by_it(anchored, tmp_path, street):
    audit.purge(procedure=anchored, rule="case.keep", by=Actor.named("purge"), at=street.now)
    append_entry(anchored, "note", by=street.by("duty_officer"), at=street.now, says={"text": str(uuid4())})
    EntryBody.objects.filter(entry__procedure=anchored, entry__kind="note").delete()

    assert findings(tmp_path) == [("removed", 7)]
