"""What this service conforms to, by the names that the standard gives its requirements."""

from typing import Any

from django.conf import settings

BASE = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
REQUEST_DATA = (
    "status-code", "query-status-code", "order", "expand", "select", "orderby", "skip", "top", "filter",
    "built-in-filter-operations", "built-in-query-functions", "count", "pagination",
)  # fmt: skip
CREATE = (
    "create-entity", "link-to-existing-entities", "deep-insert", "deep-insert-status-code", "update-entity",
    "update-entity-put", "update-entity-jsonpatch", "delete-entity", "historical-location-auto-creation",
)  # fmt: skip
MQTT = (
    "create-observations-via-mqtt/observations-creation",
    "receive-updates-via-mqtt/receive-updates",
)
CONFORMANCE = [
    f"{BASE}datamodel",
    *(f"{BASE}datamodel/{part}" for part in (
        "thing/properties", "thing/relations", "location/properties", "location/relations",
        "historical-location/properties", "historical-location/relations", "datastream/properties",
        "datastream/relations", "sensor/properties", "sensor/relations", "observed-property/properties",
        "observed-property/relations", "observation/properties", "observation/relations",
        "feature-of-interest/properties", "feature-of-interest/relations",
        "entity-control-information/common-control-information",
    )),
    f"{BASE}resource-path/resource-path-to-entities",
    f"{BASE}request-data",
    *(f"{BASE}request-data/{part}" for part in REQUEST_DATA),
    *(f"{BASE}create-update-delete/{part}" for part in CREATE),
    f"{BASE}batch-request/batch-request",
    f"{BASE}data-array/data-array",
    *(f"{BASE}{part}" for part in MQTT),
]  # fmt: skip


def settings_of_server(conformance: list[str]) -> dict[str, Any]:
    """`serverSettings` of the root: requirements, and where the broker is."""
    told: dict[str, Any] = {"conformance": conformance}
    endpoint = getattr(settings, "MQTT_ENDPOINT", "")
    if endpoint:
        told |= {f"{BASE}{part}": {"endpoints": [endpoint]} for part in MQTT}
    return told
