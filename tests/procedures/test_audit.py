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


def test_a_purge_forgets_and_still_verifies(anchored, tmp_path, street):
    audit.purge(procedure=anchored, rule="case.keep", by=Actor.named("purge"), at=street.now)

    assert findings(tmp_path) == []
    assert EntryBody.objects.filter(entry__procedure=anchored).exclude(entry__kind="purged").count() == 0


def test_lines_written_after_a_purge_are_not_covered_by_it(anchored, tmp_path, street):
    audit.purge(procedure=anchored, rule="case.keep", by=Actor.named("purge"), at=street.now)
    append_entry(anchored, "note", by=street.by("duty_officer"), at=street.now, says={"text": str(uuid4())})
    EntryBody.objects.filter(entry__procedure=anchored, entry__kind="note").delete()

    assert findings(tmp_path) == [("removed", 7)]
