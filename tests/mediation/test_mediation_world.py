"""The disputes of the demonstration: each kind, each state, each played once."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils.timezone import now

from linli.core.models import Delivery
from linli.mediation.domain.types import types
from linli.mediation.models import Mediation
from linli.procedures.domain.audit import verify
from linli.procedures.models import Procedure
from linli.world import mediation
from linli.world.mediation import Dispute, disputes


def test_the_demonstration_has_more_than_twenty_of_every_kind_and_state():
    told = disputes()

    assert len(told) > 20
    assert {each.about for each in told} == set(types())
    assert {each.state for each in told} == {
        "applied", "asking", "choosing", "mediating", "agreed", "performed", "unperformed", "refused", "withdrawn",
        "failed",
    }  # fmt: skip


@pytest.fixture
def here(street) -> list[Dispute]:
    """One of each state, in the estate of the tests."""
    one_each = {each.state: each for each in disputes()}
    return [Dispute(**{**each.__dict__, "estate": "乐山六村"}) for each in one_each.values()]


def test_each_comes_as_far_as_it_is_told_once_and_its_story_can_be_proved(here, street):
    at = now()

    mediation.play(at, here)
    mediation.play(at + timedelta(hours=1), here)

    states = Counter(Mediation.objects.values_list("procedure__state", flat=True))
    assert states == Counter(each.state for each in here)
    assert Delivery.objects.count() == 0
    assert list(verify()) == []
    assert not Procedure.objects.filter(opened__gt=at).exists()
