"""`linli world sensors`: the register and the past of the devices, once, before the service takes over."""

import logging
import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import now

from linli.core.installation import is_installed
from linli.sensing.domain.properties import load_properties
from linli.sensing.domain.rulebook import load_rules
from linli.world.sensors.camera_plans import draw_up_plans
from linli.world.sensors.cameras import put_up_cameras
from linli.world.sensors.past import WEEKS, lived, play_past
from linli.world.sensors.register import key_file, owners, register_all

logger = logging.getLogger(__name__)


def seed_sensors() -> None:
    """Devices, rules, and weeks of readings with what came of them. A second call finds all that done."""
    if not is_installed():
        raise RuntimeError("There is no neighbourhood yet. Run linli demo, which makes one.")
    if lived():
        return
    at = _begun()
    load_properties()
    load_rules(at=at - WEEKS - timedelta(days=1))
    register_all(at)
    put_up_cameras(at, owners())
    draw_up_plans(at)
    poured = play_past(at)
    logger.info("%d readings of devices, and %d cases of theirs", poured.readings, poured.cases)


def _begun() -> datetime:
    """The present of the first try: begun again after an interruption, everything happens as it did, and so only once.

    Readings have no such key beyond a day, and are laid down anew.
    """
    path = key_file().parent / "past-begun"
    if path.exists():
        for folder in (settings.OBSERVATIONS, settings.SENSING / "rules"):
            shutil.rmtree(folder, ignore_errors=True)
        return datetime.fromisoformat(path.read_text())
    path.parent.mkdir(parents=True, exist_ok=True)
    at = now()
    path.write_text(at.isoformat())
    return at
