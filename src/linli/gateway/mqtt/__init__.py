"""MQTT: the embedded broker, or any other, as gates of the sensing service (`linli sensing`)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from linli.sensing.service.intake import Intake
    from linli.sensing.service.running import Gate


def gates() -> list[Callable[["Intake"], "Gate"]]:
    """What the settings ask for: LINLI_MQTT empty, `none`, or an address."""
    if settings.MQTT == "none":
        return []
    if settings.MQTT:
        from linli.gateway.mqtt.client import Client

        return [lambda intake: Client(intake, settings.MQTT)]
    from linli.gateway.mqtt.embedded import Embedded
    from linli.gateway.sensorthings.announcer import Announcer

    return [Embedded, Announcer]
