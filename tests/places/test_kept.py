from linli.places.domain import kept
from linli.places.domain.kept import Kept
from linli.places.domain.tree import create_place
from linli.places.models import TreeVersion


def test_what_is_kept_is_worked_out_again_only_after_a_change(db):
    times: list[None] = []
    counted = Kept(lambda: times.append(None) or len(times))

    assert [counted(), counted()] == [1, 1]
    create_place(parent=None, kind="district", name="区")
    assert [counted(), counted()] == [2, 2]


def test_a_change_by_another_process_is_seen_when_the_token_is_asked_for_again(db, monkeypatch):
    create_place(parent=None, kind="district", name="区")
    assert [place.name for place in kept.tree().places] == ["区"]
    district = kept.tree().places[0]

    type(district).objects.filter(pk=district.pk).update(name="新区")
    TreeVersion.objects.update(token="00000000-0000-0000-0000-000000000001")
    assert [place.name for place in kept.tree().places] == ["区"]

    monkeypatch.setattr(kept, "CHECK_EVERY", -1.0)
    assert [place.name for place in kept.tree().places] == ["新区"]


def test_nothing_is_asked_between_two_checks(db, django_assert_num_queries):
    kept.tree()

    with django_assert_num_queries(0):
        kept.tree()
