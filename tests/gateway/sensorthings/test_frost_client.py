"""An independent client (frost-sta-client) speaks to the service over a socket."""

from datetime import UTC, datetime
from typing import Any

import frost_sta_client as fsc
import pytest
from geojson import Point

from linli.core.models import Installation
from linli.people.domain.organisations import create_organisation
from linli.people.domain.posts import create_post
from linli.people.enums import OrganisationKind, Role
from linli.places.models import Place
from linli.sensing.domain import accept
from linli.sensing.domain.tokens import issue_token
from tests.gateway.sensorthings.conftest import OM
from tests.neighbourhood import LONG_AGO, SETUP


@pytest.fixture
def service(transactional_db: None, settings: Any, tmp_path: Any, live_server: Any, office: Installation) -> Any:
    """The client, signed in with an operator's token as user and password."""
    settings.OBSERVATIONS = tmp_path / "observations"
    place = Place.objects.get(path=office.root_path)
    organisation = create_organisation(
        parent=None, kind=OrganisationKind.STREET_OFFICE, name="办事处", place=place, by=SETUP, at=LONG_AGO
    )
    post = create_post(
        organisation=organisation, role=Role.PROJECT_LEAD, place=place, name="项目负责人", by=SETUP, at=LONG_AGO
    )
    kid, _dot, secret = issue_token(post=post, at=LONG_AGO).partition(".")
    auth = fsc.AuthHandler(username=kid, password=secret)
    with accept.opened():
        yield fsc.SensorThingsService(f"{live_server.url}/sensorthings/v1.1", auth_handler=auth)


def datastream() -> fsc.Datastream:
    return fsc.Datastream(
        name="Stairs", description="temperature", observation_type=OM + "OM_Measurement",
        unit_of_measurement=fsc.UnitOfMeasurement(name="degree Celsius", symbol="°C", definition="ucum:Cel"),
        sensor=fsc.Sensor(name="DHT22", description="some", encoding_type="text/html", metadata="http://example.org"),
        observed_property=fsc.ObservedProperty(name="Temperature", definition="urn:t", description="some"),
    )  # fmt: skip


@pytest.mark.filterwarnings("ignore:furl.pathstr is deprecated")
def test_a_client_of_others_makes_asks_changes_and_deletes(service):
    thing = fsc.Thing(name="Lamp", description="on the stairs", properties={"floor": 3})
    thing.locations = [
        fsc.Location(
            name="No. 12", description="some", encoding_type="application/geo+json", location=Point((121.4335, 31.1924))
        )
    ]
    thing.datastreams = [datastream()]
    service.create(thing)
    stream = service.things().find(thing.id).get_datastreams().query().list().entities[0]
    for number in range(25):
        service.create(
            fsc.Observation(
                phenomenon_time=datetime(2026, 11, 20, number % 24, tzinfo=UTC).isoformat(), result=number,
                datastream=stream,
            )
        )  # fmt: skip

    found = (
        service.observations()
        .query()
        .filter("result gt 19 and Datastream/Thing/name eq 'Lamp'")
        .orderby("result", "asc")
        .list()
    )
    assert [each.result for each in found] == [20, 21, 22, 23, 24]
    pages = service.observations().query().top(10).orderby("result", "asc").list()
    assert [each.result for each in pages] == list(range(25))
    shown = service.things().query().expand("Locations,Datastreams($expand=ObservedProperty)").list().entities[0]
    assert shown.datastreams.entities[0].observed_property.name == "Temperature"
    thing = service.things().find(thing.id)
    thing.name = "Lamp 2"
    service.update(thing)
    assert service.things().find(thing.id).name == "Lamp 2"
    service.delete(thing)
    assert [len(list(service.things().query().list())), len(list(service.observations().query().list()))] == [0, 0]
