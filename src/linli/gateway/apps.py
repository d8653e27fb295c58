from datetime import datetime

from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "linli.gateway"
    label = "gateway"

    def ready(self) -> None:
        from linli.gateway.mqtt.sensorthings import offer_taker

        offer_taker(_take)


def _take(topic: str, payload: bytes, received: datetime) -> None:
    """What was published by MQTT; the code that makes it is loaded by the service alone."""
    from linli.gateway.sensorthings.announcing import on_publish

    on_publish(topic, payload, received)
