"""Backups hold what was observed, and nothing of the care check."""

from linli.core import stores
from linli.core.stores import Keep, files_of
from linli.sensing.domain.accept import accept_message
from linli.sensing.domain.kept import DEVICES
from linli.sensing.domain.sender import Sender
from linli.sensing.enums import DeviceType, Site
from linli.sensing.models import CareConsent
from linli.sensing.segments import Store
from tests.sensing.door import message


def test_a_backup_takes_every_observation_but_those_of_the_care_check(door, street, device_at, tmp_path):
    device_at("SMK-1", "smoke")
    care = device_at("CARE-1", "water_used", kind=DeviceType.CARE, site=Site.HOME)
    CareConsent.objects.create(device=care, contact=street.posts["committee_secretary"], given_at=street.now)
    DEVICES.changed()
    accept_message(message(street.now, smoke=1), sender=Sender.device("SMK-1"), received=street.now)
    accept_message(message(street.now, water_used=True), sender=Sender.device("CARE-1"), received=street.now)

    (store,) = (each for each in stores.stores(Keep.AFTER) if each.name == "observations")
    for name, path in files_of(store):
        target = tmp_path / "restored" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())

    with Store(tmp_path / "restored", writable=False) as restored:
        kept = {
            stream: [row["number"] for batch in restored.scan(streams=(stream,)) for row in batch.to_pylist()]
            for stream in ("main", "care")
        }
        assert (kept, restored.verify()) == ({"main": [1.0], "care": []}, [])
