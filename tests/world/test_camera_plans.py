"""The plans of the synthetic neighbourhood: one accepted and half worked off, one that waits for somebody's word."""

import pytest
from django.utils.timezone import now

from linli.riskmap.domain.findings import run_checks
from linli.riskmap.models import Finding, Plan
from linli.sensing.domain.properties import load_properties
from linli.world import seed
from linli.world.sensors.camera_plans import draw_up_plans
from linli.world.sensors.cameras import put_up_cameras
from linli.world.sensors.register import owners


@pytest.fixture
def cameras(db, settings, tmp_path, monkeypatch):
    settings.DATA, settings.FILES = tmp_path, tmp_path / "files"
    monkeypatch.setattr(seed, "FIRST", 0)
    assert seed.seed_first()
    load_properties()
    at = now()
    put_up_cameras(at, owners())
    return at


def test_the_plans_are_drawn_up_once_and_live_through_what_their_state_asks(cameras):
    before = set(Finding.objects.filter(rule="window", state="open").values_list("device__code", flat=True))

    assert [draw_up_plans(cameras) for _ in range(2)] == [2, 0]

    accepted, waiting = Plan.objects.order_by("made_at")
    assert (accepted.status, waiting.status) == ("accepted", "answered")
    assert {answer.state for plan in (accepted, waiting) for answer in plan.answers.all()} == {"done"}
    items = {item.status: item.device.code for item in accepted.items.all()}
    assert set(items) == {"open", "case", "done"}
    assert {items["open"]} == set(accepted.facts["windowed"]) == before
    assert waiting.answers.get(kind="exact").choice != []
    # The accepted plan took away no finding that the demonstration shows.
    run_checks(at=cameras)
    assert set(Finding.objects.filter(rule="window", state="open").values_list("device__code", flat=True)) == before
