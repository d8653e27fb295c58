"""A SensorThings service in trial, a store in a folder of its own, and a small client that says what it expects."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from linli.core.models import Installation
from linli.people.models import Account
from linli.places.domain.tree import create_place
from linli.places.models import Kind
from linli.sensing.domain import accept

ROOT = "/sensorthings/v1.1/"
THING = {"name": "Lamp", "description": "a lamp on the stairs"}
LOCATION = {
    "name": "No. 12", "description": "the stairs", "encodingType": "application/geo+json",
    "location": {"type": "Point", "coordinates": [121.4335, 31.1924]},
}  # fmt: skip
SENSOR = {"name": "DHT22", "description": "", "encodingType": "application/pdf", "metadata": "http://example.org/d.pdf"}
PROPERTY = {"name": "Temperature", "definition": "http://example.org/temperature", "description": "of the air"}
UNIT = {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"}
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
DATASTREAM = {
    "name": "Stairs", "description": "temperature of the stairs", "unitOfMeasurement": UNIT,
    "observationType": OM + "OM_Measurement",
}  # fmt: skip


class Service:
    """Speaks to SensorThings from this machine. Each call says which status it expects."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, address: str, status: int = 200) -> Any:
        """`address` below the root, as a person writes it."""
        path, sign, query = address.partition("?")
        answer = self.client.get(quote(ROOT + path, safe="/()$,'") + sign + quote(query, safe="$=&,()/;':@+%"))
        assert answer.status_code == status, (address, answer.status_code, answer.content[:500])
        return answer.json() if answer.content and "json" in answer["Content-Type"] else answer.content.decode()

    def send(self, method: str, address: str, body: Any, status: int, content_type: str = "application/json") -> Any:
        answer = getattr(self.client, method)(ROOT + address, body, content_type=content_type)
        assert answer.status_code == status, (method, address, body, answer.status_code, answer.content[:500])
        return answer

    def post(self, address: str, body: Any, status: int = 201) -> Any:
        """The id of what was made, or the answer where something else was expected."""
        answer = self.send("post", address, body, status)
        if status != 201 or "Location" not in answer:
            return answer
        return int(answer["Location"].rpartition("(")[2].rstrip(")"))

    def patch(self, address: str, body: Any, status: int = 200, **more: Any) -> Any:
        return self.send("patch", address, body, status, **more)

    def put(self, address: str, body: Any, status: int = 200) -> Any:
        return self.send("put", address, body, status)

    def delete(self, address: str, status: int = 200) -> Any:
        return self.send("delete", address, None, status)

    def ids(self, address: str) -> list[int]:
        return [row["@iot.id"] for row in self.get(address)["value"]]

    def names(self, address: str) -> list[str]:
        return [row["name"] for row in self.get(address)["value"]]

    def results(self, address: str) -> list[Any]:
        return [row["result"] for row in self.get(address)["value"]]


@pytest.fixture
def office(db: None) -> Installation:
    """An installation that governs one street, without the people of `street`: most tests here need none."""
    district = create_place(parent=None, kind=Kind.DISTRICT, name="徐汇区", name_en="Xuhui District", code="310104")
    place = create_place(parent=district, kind=Kind.SUBDISTRICT, name="徐家汇街道", name_en="Xujiahui Subdistrict")
    return Installation.objects.create(name="徐家汇街道", root_path=place.path)


@pytest.fixture
def store(office: Installation, settings: Any, tmp_path: Path) -> Iterator[accept.Direct]:
    settings.OBSERVATIONS = tmp_path / "observations"
    with accept.opened() as direct:
        yield direct


@pytest.fixture
def api(store: accept.Direct, settings: Any, client: Client) -> Service:
    settings.SENSORTHINGS_TRIAL = True
    return Service(client)


@pytest.fixture
def people(office: Installation) -> Account:
    """Somebody who has an account: no trial is lax where there are people."""
    return Account.objects.create_user("somebody")


@pytest.fixture
def stream(api: Service) -> int:
    """The id of a datastream of a thing that stands at No. 12."""
    body = {**DATASTREAM, "Thing": {**THING, "Locations": [LOCATION]}, "Sensor": SENSOR, "ObservedProperty": PROPERTY}
    return api.post("Datastreams", body)
