"""Who may read and write, and that nothing of the care check is told to anybody."""

from base64 import b64encode

import pytest
from django.test import Client

from linli.gateway.sensorthings import trial
from linli.gateway.sensorthings.trial import TrialNotLocal, prepare_trial
from linli.places.domain.queries import governed_path
from linli.sensing import token_command
from linli.sensing.domain import accept
from linli.sensing.domain.devices import register_device
from linli.sensing.domain.properties import load_properties
from linli.sensing.domain.tokens import issue_token, revoke_token
from linli.sensing.enums import DeviceType, Site
from tests.gateway.sensorthings.conftest import DATASTREAM, LOCATION, PROPERTY, ROOT, SENSOR, THING, Service

READERS = {"project_lead", "duty_officer", "administrator"}
WRITERS = {"project_lead", "administrator"}


@pytest.fixture
def observed(street, settings, tmp_path):
    settings.OBSERVATIONS = tmp_path / "observations"
    with accept.opened() as direct:
        yield direct


def statuses(street, send) -> dict[str, int]:
    found = {}
    for role, account in street.accounts.items():
        client = Client()
        client.force_login(account)
        found[role] = send(client).status_code
    return found


def test_who_may_read_and_who_is_refused(street, observed, client):
    for address in ("", "Things"):
        told = statuses(street, lambda who, to=address: who.get(ROOT + to))
        assert {role for role, status in told.items() if status == 200} == READERS
        assert {status for role, status in told.items() if role not in READERS} == {403}
        nobody = client.get(ROOT + address)
        assert (nobody.status_code, nobody["WWW-Authenticate"][:5]) == (401, "Basic")


def test_who_may_write_and_who_is_refused(street, observed, client):
    told = statuses(street, lambda who: who.post(ROOT + "Things", THING, content_type="application/json"))

    assert {role for role, status in told.items() if status == 201} == WRITERS
    assert {status for role, status in told.items() if role not in WRITERS} == {403}
    assert client.post(ROOT + "Things", THING, content_type="application/json").status_code == 401


def test_a_session_writes_only_from_our_own_pages(street, observed):
    client = Client(enforce_csrf_checks=True)
    client.force_login(street.accounts["administrator"])

    assert client.post(ROOT + "Things", THING, content_type="application/json").status_code == 403
    client.get("/")
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(ROOT + "Things", THING, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert answer.status_code == 201


def test_an_operators_token_opens_what_its_post_may_do(street, observed, client):
    def send(secret: str, method: str = "get", scheme: str = "Bearer") -> int:
        given = b64encode(secret.replace(".", ":", 1).encode()).decode() if scheme == "Basic" else secret
        more = {"data": THING, "content_type": "application/json"} if method == "post" else {}
        return getattr(client, method)(
            ROOT + "Things", headers={"Authorization": f"{scheme} {given}"}, **more
        ).status_code

    tokens = {role: issue_token(post=street.posts[role], at=street.now) for role in street.posts}

    assert {role for role, secret in tokens.items() if send(secret) == 200} == READERS
    assert {role for role, secret in tokens.items() if send(secret, "post", "Basic") == 201} == WRITERS
    assert send(tokens["outsider"]) == 403
    wrong = ["", "x", "." * 50, tokens["administrator"][:-1], "é" * 20, tokens["administrator"] + "x"]
    assert {send(each, scheme=scheme) for each in wrong for scheme in ("Bearer", "Basic")} == {401}
    assert client.get(ROOT + "Things", headers={"Authorization": "Basic ////"}).status_code == 401
    assert revoke_token(kid=tokens["administrator"].partition(".")[0], at=street.now)
    assert send(tokens["administrator"]) == 401


def test_the_command_makes_names_and_ends_tokens(street, capsys):
    assert token_command.run("new", "项目负责人", note="maker") == 0
    secret = capsys.readouterr().out.splitlines()[0]
    kid = secret.partition(".")[0]

    assert token_command.run("list", "") == 0
    assert capsys.readouterr().out.startswith(f"{kid}\t项目负责人\tmaker\t")
    assert [token_command.run("revoke", kid), token_command.run("revoke", kid)] == [0, 1]
    assert token_command.run("new", "nobody") == 1


def test_the_trial_is_for_this_machine_alone(street, observed, settings, client):
    settings.SENSORTHINGS_TRIAL = True

    assert client.get(ROOT).status_code == 200
    assert client.get(ROOT, REMOTE_ADDR="192.0.2.1").status_code == 401
    assert client.get(ROOT, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    trial.check_startup("127.0.0.1")
    with pytest.raises(TrialNotLocal):
        trial.check_startup("0.0.0.0")  # noqa: S104
    settings.HTTPS = True
    with pytest.raises(TrialNotLocal):
        trial.check_startup("127.0.0.1")


def test_a_trial_makes_an_office_where_there_is_none(db, settings):
    assert not prepare_trial()
    settings.SENSORTHINGS_TRIAL = True

    assert (prepare_trial(), prepare_trial()) == (True, False)
    assert governed_path()


def in_register(street, **more: object) -> None:
    """A smoke detector on the stairs of the building, or what is said instead."""
    load_properties()
    organisation = street.posts["property_manager"].organisation
    given = {
        "code": "SMK-1", "type": DeviceType.SMOKE, "site": Site.STAIRWELL, "place": street.places["building"],
        "owner": organisation, "operator": organisation, "purpose": "测试", "purpose_en": "test", "sees": "无",
        "sees_en": "nothing", "properties": ["smoke"], "by": street.by("administrator"), "at": street.now, **more,
    }  # fmt: skip
    register_device(**given)


def test_nothing_of_the_care_check_is_told(street, observed, settings, client):
    in_register(street, code="CARE-1", type=DeviceType.CARE, properties=["water_used"], public=False)
    in_register(street)
    settings.SENSORTHINGS_TRIAL = True
    api = Service(client)

    assert api.names("Things") == ["SMK-1"]
    assert api.names("Datastreams") == ["SMK-1/smoke"]
    assert len(api.ids("Sensors")) == 1
    assert "water_used" not in str(api.get("ObservedProperties?$top=1000"))


def test_what_stands_in_the_register_is_changed_there(street, observed, settings, client):
    in_register(street)
    settings.SENSORTHINGS_TRIAL = True
    api = Service(client)
    thing, stream = api.ids("Things")[0], api.ids("Datastreams")[0]

    for address in (f"Things({thing})", f"Datastreams({stream})", f"Sensors({api.ids('Sensors')[0]})"):
        api.delete(address, 403)
    api.put(f"Things({thing})", THING, 403)
    api.patch(f"Datastreams({stream})", {"observationType": "x"}, 403)
    api.patch(f"Things({thing})", {"description": "by the door"})
    api.post(f"Datastreams({stream})/Observations", {"result": 12.5})
    api.post(f"Datastreams({stream})/Observations", {"result": 1000}, 400)


def test_a_device_of_the_register_sees_nothing_but_what_stands_there(street, observed, settings, client):
    in_register(street)
    settings.SENSORTHINGS_TRIAL = True
    api = Service(client)
    (thing,), seen = api.ids("Things"), api.ids("Datastreams")
    more = {**DATASTREAM, "Sensor": SENSOR, "ObservedProperty": PROPERTY}
    own = api.post("Things", {**THING, "Datastreams": [more]})
    other = api.ids(f"Things({own})/Datastreams")[0]

    api.post(f"Things({thing})/Datastreams", more, 403)
    api.post("Datastreams", {**more, "Thing": {"@iot.id": thing}}, 403)
    api.patch(f"Datastreams({other})", {"Thing": {"@iot.id": thing}}, 403)
    api.patch(f"Things({thing})", {"Datastreams": [{"@iot.id": other}]}, 403)

    assert api.ids(f"Things({thing})/Datastreams") == seen
    assert api.ids(f"Things({own})/Datastreams") == [other]


def test_where_a_device_of_the_register_stands_and_stood_is_changed_there(street, observed, settings, client):
    in_register(street, lon=121.4335, lat=31.1924)
    settings.SENSORTHINGS_TRIAL = True
    api = Service(client)
    thing, stood, before = api.ids("Things")[0], api.ids("HistoricalLocations")[0], api.ids("Locations")
    elsewhere = api.post("Locations", LOCATION)

    api.post(f"Things({thing})/Locations", LOCATION, 403)
    api.post(f"Things({thing})/HistoricalLocations", {"time": "2026-11-20T10:00:00Z", "Locations": [LOCATION]}, 403)
    api.post(f"HistoricalLocations({stood})/Locations", LOCATION, 403)
    api.post("Locations", {**LOCATION, "Things": [{"@iot.id": thing}]}, 403)
    api.patch(f"Locations({elsewhere})", {"HistoricalLocations": [{"@iot.id": stood}]}, 403)
    assert api.ids(f"Things({thing})/Locations") == before
    assert api.ids(f"HistoricalLocations({stood})/Locations") == before
    assert api.ids("Locations") == [*before, elsewhere]
