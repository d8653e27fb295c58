"""The past of the synthetic devices is lived: through the door, the rules and the loop, as the present is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.cases.models import Case
from linli.procedures.domain import audit
from linli.riskmap.models import Finding
from linli.sensing.models import Alert, Call, Device, Episode, Judgement
from linli.sensing.segments import Store
from linli.world import seed
from linli.world.sensors import past
from linli.world.sensors.cameras import put_up_cameras
from linli.world.sensors.register import read_keys
from linli.world.sensors.seed import seed_sensors

DAYS = 4


@pytest.fixture
def lived(db, settings, tmp_path, monkeypatch):
    for name, folder in (("DATA", ""), ("OBSERVATIONS", "observations"), ("SENSING", "sensing"), ("FILES", "files")):
        setattr(settings, name, tmp_path / folder)
    monkeypatch.setattr(seed, "FIRST", 0)
    monkeypatch.setattr(past, "WEEKS", timedelta(days=DAYS))
    assert seed.seed_first()
    seed_sensors()
    return tmp_path


ODD = {
    "CM-002": ("window", True), "CM-008": ("sign", True), "CM-010": ("filing", True), "CM-016": ("inspection", True),
    "CM-019": ("private", True), "CM-023": ("kept", True), "CM-027": ("log", True), "CM-030": ("deleted", True),
    "CM-034": ("filing", False),
}  # fmt: skip


def test_the_cameras_pass_every_check_but_for_what_is_odd_about_a_few(lived):
    rows = Finding.objects.values_list("device__code", "rule", "detail")
    assert {code: (rule, not detail["soon"]) for code, rule, detail in rows} == ODD
    assert len(rows) == len(ODD)
    assert Device.objects.filter(type="camera").count() == 37
    assert put_up_cameras(timezone.now(), {}) == 0


def test_the_devices_days_lead_to_cases_that_people_dealt_with(lived):
    with Store(lived / "observations", writable=False) as store:
        readings = sum(batch.num_rows for batch in store.scan())
    cases = Case.objects.filter(source="sensor").select_related("procedure", "klass")
    verdicts = set(Judgement.objects.values_list("verdict", flat=True))

    assert Device.objects.exclude(type="camera").count() == len(read_keys()) == 406
    assert Device.objects.exclude(seen_at=None).count() >= 402
    assert 30_000 * DAYS < readings < 60_000 * DAYS
    assert len(cases) == Episode.objects.exclude(case=None).count() > 0
    assert [case for case in cases if case.procedure.state in ("received", "filed")] == []
    assert verdicts <= {"true", "false", "nuisance"}
    assert len(verdicts) > 0
    assert Call.objects.exclude(answered_at=None).count() > 0
    assert list(audit.verify(None)) == []


def test_begun_again_it_finds_that_all_is_done(lived):
    before = (Alert.objects.count(), Case.objects.count(), Device.objects.count())

    seed_sensors()
    assert (Alert.objects.count(), Case.objects.count(), Device.objects.count()) == before

    (lived / "world" / past.MARK).unlink()  # as if it had been broken off before its end
    seed_sensors()
    assert (Alert.objects.count(), Case.objects.count(), Device.objects.count()) == before
