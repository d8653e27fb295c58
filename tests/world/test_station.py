"""The station's months in the demonstration: played by those who would have done it, and there once."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from linli.cases.models import Case
from linli.people.models import Duty
from linli.station.domain.commitments import promises
from linli.station.domain.desks import desks, kept_at
from linli.station.domain.drills import drills
from linli.station.domain.equipment import months
from linli.station.models import Commitment, DeskHandover, Drill, EquipmentCheck
from linli.world import station
from tests.alarm import build_station

NAMESPACE = UUID("6d1c2a54-93a0-5c1f-8e0b-7f4f9c2b1a71")


@pytest.fixture
def played(street):
    """One of two watches is on duty at a time, so that the first leaves word for the second."""
    now = timezone.localtime(street.now)
    first = now.replace(hour=20, minute=0) - timedelta(days=1)
    build_station(street, starts=first - timedelta(hours=24))
    shift = Duty.objects.filter(post=street.posts["station_2"])
    shift.update(starts=first, ends=first + timedelta(hours=24))
    station.lay(street.now)
    for _ in range(2):
        station.play(street.now, NAMESPACE)
    return street


def test_played_twice_it_is_there_once_and_nothing_is_missing(played):
    now = played.now

    assert (EquipmentCheck.objects.count(), Drill.objects.count(), Commitment.objects.count()) == (5, 5, 7)
    assert [month.state for month in months(now)] == ["done"] * 5
    assert (drills(now).missed, len(promises(now))) == (False, 7)
    assert Case.objects.get().text.startswith("微型消防站器材故障")  # the torn hose


def test_what_one_watch_left_is_signed_by_the_next(played):
    signed = [(one.post.name, one.taken_by.name) for one in DeskHandover.objects.exclude(taken_by=None)]

    assert signed == [("微型消防站一号队员", "微型消防站二号队员")]


def test_each_desk_is_kept_in_its_hours(played):
    kept = {each.desk.code: len(each.now) for each in kept_at(played.now)}  # a Monday at ten

    assert kept == dict.fromkeys((desk.code for desk in desks()), 1)
