from uuid import UUID

from linli.core import kept
from linli.core.kept import Watched
from linli.core.models import Watch


def counting(part: Watched):
    times: list[None] = []
    return part.kept(lambda: times.append(None) or len(times))


def test_what_is_kept_is_worked_out_again_only_after_a_change(db):
    part = Watched("test")
    counted = counting(part)

    assert [counted(), counted()] == [1, 1]
    part.changed()
    assert [counted(), counted()] == [2, 2]


def test_a_change_of_another_part_is_none_of_its_business(db):
    counted = counting(Watched("test"))
    counted()

    Watched("other").changed()

    assert counted() == 1


def test_a_change_by_another_process_is_seen_when_the_token_is_asked_for_again(db, monkeypatch):
    part = Watched("test")
    part.changed()
    counted = counting(part)
    counted()

    Watch.objects.update(token=UUID(int=1))
    assert counted() == 1

    monkeypatch.setattr(kept, "CHECK_EVERY", -1.0)
    assert counted() == 2


def test_nothing_is_asked_between_two_checks(db, django_assert_num_queries):
    part = Watched("test")
    counted = counting(part)
    counted()

    with django_assert_num_queries(0):
        counted()
