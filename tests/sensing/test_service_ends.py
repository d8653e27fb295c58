"""The service ends where it can no longer do its work, so that whoever watches it starts it anew."""

from threading import Event

from linli.sensing.host import Host
from linli.sensing.service.intake import Intake
from linli.sensing.service.running import _until


def test_without_its_rules_the_service_ends_and_says_so(door, tmp_path, settings):
    settings.SENSING = tmp_path / "sensing"
    settings.SENSING.mkdir()
    host = Host(door.door.store, settings.SENSING / "rules")
    intake = Intake(door.door, after=host.wake)
    host.failed = RuntimeError("a rule that cannot be reckoned")

    assert _until(Event(), intake, host, door.door.store, []) == 1
