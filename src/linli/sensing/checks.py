"""What the sensing net can say of its condition: whether its service is alive, and what its doors say."""

from datetime import datetime

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.doctor import Answer, age, bad, check, look, well
from linli.core.metrics import measured
from linli.core.views import health
from linli.sensing import stores  # noqa: F401  declares where observations lie
from linli.sensing.models import Device, DoorCount
from linli.sensing.service import heartbeat


@check("sensing", gettext_lazy("Sensing service"))
def sensing(at: datetime) -> Answer:
    silence = heartbeat.silence(at)
    do = _("Does linli sensing run? See: systemctl status linli-sensing")
    if silence is None:
        if Device.objects.exists():
            return bad(_("The sensing service is not running. Devices are turned away."), do)
        return well(_("No device is registered, and none is waited for."))
    if silence > heartbeat.LATE:
        return bad(_("The sensing service has been silent for %(age)s.") % {"age": age(silence)}, do)
    said = heartbeat.last_beat() or {}
    if "away" in said.get("gates", []):
        return look(_("The MQTT broker does not answer."), _("Look at LINLI_MQTT, and whether the broker runs."))
    return well(_("The sensing service is running."))


def line(at: datetime) -> str | None:
    """What /healthz says of the service: nothing where it never ran."""
    silence = heartbeat.silence(at)
    if silence is None:
        return None
    return "ok" if silence < heartbeat.LATE else f"late {int(silence.total_seconds())} s"


health.tell("sensing", line)


@measured("linli_door_refused_today", "readings refused at the door today", labels=("reason",))
def refused_today(at: datetime) -> dict[tuple[str, ...], float]:
    counted = DoorCount.objects.filter(day=timezone.localdate(at)).values_list("reason").annotate(Sum("number"))
    return {(reason,): number for reason, number in counted}
