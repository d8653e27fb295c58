"""Topics and who may use them: `linli/v1/<device>/up` and `/down`, and SensorThings' own for operators' systems.

NATS writes `/` of a topic as `.` and `.` as `//`: what devices publish is stored below `$MQTT.msgs`.
"""

import re

STORED = "$MQTT.msgs."
UP = "linli.v1.*.up"
SENSORTHINGS = "v1//1.>"
CREATED = ["v1//1.Observations", "v1//1.*.Observations"]  # v1.1/Observations, v1.1/Datastreams(5)/Observations
NEEDED = "$MQTT.sub.>"  # what the broker itself uses to deliver with QoS 1
DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,19}")


def topic_of(subject: str) -> str:
    """The topic that a subject stands for."""
    return subject.removeprefix(STORED).replace("//", "\0").replace(".", "/").replace("\0", ".")


def subject_of(topic: str) -> str:
    return topic.replace(".", "\0").replace("/", ".").replace("\0", "//")


def device_rights(code: str) -> tuple[list[str], list[str]]:
    """The subjects that a device may publish to, and those it may listen to."""
    return [f"linli.v1.{code}.up"], [f"linli.v1.{code}.down", NEEDED]


def operator_rights() -> tuple[list[str], list[str]]:
    return CREATED, [SENSORTHINGS, NEEDED]
