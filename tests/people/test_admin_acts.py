"""Whatever an administrator does leaves its line in the log: every address that takes something is walked.

`DOES` says how each is called so that it really does something. An address that is new and asks for one of the
administrator's permissions fails here until it stands in the table, and writes its line.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from linli.cases.domain.duty_files import HEADING
from linli.cases.models import CaseClass, ImportRun, Responsibility
from linli.core.models import ImpactAssessment, Job
from linli.insight.models import OutsideValue
from linli.people.domain.accounts import create_staff_account
from linli.people.domain.duty import set_duty
from linli.people.domain.organisations import create_organisation
from linli.people.domain.posts import create_post
from linli.people.enums import OrganisationKind, Role
from linli.people.models import AdminAct
from linli.people.rules import PERMISSIONS
from linli.places.domain.export import export_places
from linli.places.models import Alias
from linli.services.domain.catalogue import item_on, load_starter_items
from linli.services.forms_items import initial_of
from linli.station.domain.kept import contents, number_of
from linli.station.enums import Kept
from linli.station.forms_kept import initial_of as initial_of_kept
from tests.cases.test_class_pages import RULE, class_form
from tests.neighbourhood import LONG_AGO, SETUP
from tests.riskmap.dirt import BARRIERS
from tests.test_access import TABLE

ASSESSMENT = {
    "title": "Sensors", "purpose": "a", "necessity": "b", "risks": "c", "measures": "d", "assessed_on": "2026-11-01",
    "review_on": "2027-11-01",
}  # fmt: skip
MESSAGES = "text,time\n灯坏了,2026-01-05 10:00\n".encode()
NAMES = {"name": "新名", "name_en": "New"}


@pytest.fixture
def things(street, sign_in):
    """What there is to be changed, by the name it has in an address."""
    organisation = create_organisation(
        parent=None, kind=OrganisationKind.DEPARTMENT, name="待改", place=street.places["street"], by=SETUP, at=LONG_AGO
    )
    post = create_post(
        organisation=organisation, role=Role.WINDOW_CLERK, place=street.places["street"], name="待改岗", by=SETUP,
        at=LONG_AGO,
    )  # fmt: skip
    person = create_staff_account(name="新人", email="new@example.org", at=LONG_AGO)
    starts = timezone.now() + timedelta(days=1)
    duty = set_duty(post=post, starts=starts, ends=starts + timedelta(hours=8), by=SETUP, at=LONG_AGO)
    job = Job.objects.create(name="none", created_at=LONG_AGO, run_at=LONG_AGO, dead_at=LONG_AGO)
    draft = ImpactAssessment.objects.create(**ASSESSMENT, written_by=person)
    return {
        "organisation": organisation.pk, "post": post.pk, "person": person, "duty": duty.pk, "job": job.pk,
        "draft": draft.pk, "hold": street.posts["window_clerk"], "clerk": street.accounts["window_clerk"],
        "place": street.places["street"].pk, "client": sign_in("administrator"),
        "estate": street.places["estate"].path,
    }  # fmt: skip


def upload(things) -> int:
    """A file of messages, chosen and not begun. Returns its run."""
    things["client"].post("/import/new/", {"file": SimpleUploadedFile("m.csv", MESSAGES)})
    return ImportRun.objects.latest("pk").pk


def places(things) -> str:
    """A file of places that changes a name. Returns the address of its preview."""
    data = b"".join(export_places()).replace("乐山六村".encode(), "乐山新村".encode())
    return things["client"].post("/places/import/", {"file": SimpleUploadedFile("p.json", data), "datum": "wgs84"}).url


def begun(things) -> int:
    run = upload(things)
    columns = {"text": "text", "time": "time"}
    things["client"].post(
        f"/import/{run}/mapping/",
        {"zone": "Asia/Shanghai", "datum": "wgs84", "mode": "history", "rest": "good", **columns},
    )
    Job.objects.filter(unique=f"import-{run}").delete()
    return run


# Address: where exactly, and what is sent. None: it changes nothing of the office's (why stands beside it).
DOES = {
    "admin/calendar/load/": lambda t: ("/admin/calendar/load/", {}),
    "admin/answers/<slug:code>/<slug:path>/": lambda t: (answer(t), DUTY | {"place": t["estate"]}),
    "admin/answers/<slug:code>/<slug:path>/<int:pk>/end/": lambda t: (
        f"{answer(t)}{duty(t)}/end/", {"until": "2027-02-01"}),
    "admin/answers/take/": lambda t: ("/admin/answers/take/", {"file": SimpleUploadedFile("w.csv", table(t))}),
    "admin/classes/<slug:code>/": lambda t: (
        "/admin/classes/lighting/", {"confirm": "1", **class_form(klass(), closing="灯亮")}),
    "admin/classes/<slug:code>/retire/": lambda t: ("/admin/classes/lighting/retire/", {
        "action": str(uuid4()), "version": 1, "replacement": "other", "reason": "too few"}),
    "admin/classes/new/": lambda t: ("/admin/classes/new/", {
        "confirm": "1", **class_form(klass(), code="pavement", role="area_lead", name="路面", name_en="Pavement")}),
    "admin/routing/<slug:code>/": lambda t: (rule(t), {**RULE, "action": str(uuid4()), "version": 1, "confirm": "off"}),
    "admin/routing/new/": lambda t: ("/admin/routing/new/", {**RULE, "action": str(uuid4()), "confirm": "on"}),
    "admin/triage/learn/": lambda t: ("/admin/triage/learn/", {}),
    "effects/new/": lambda t: ("/effects/new/", effect(t)),
    "effects/<uuid:key>/withdraw/": lambda t: (withdrawing(t), {"because": "x", "action": str(uuid4())}),
    "figures/check/now/": lambda t: ("/figures/check/now/", {}),
    "indicators/<slug:code>/change/": lambda t: ("/indicators/in_time/change/", {
        "number": 1, "caveats_zh": "看长期。", "owner": "area_lead", "since": "2027-01-01", "reason": "clearer"}),
    "indicators/enter/": lambda t: ("/indicators/enter/", figure()),
    "indicators/enter/<int:pk>/correct/": lambda t: (
        f"/indicators/enter/{entered(t)}/correct/", {**figure(), "number": "80", "reason": "counted twice"}),
    "indicators/enter/<int:pk>/withdraw/": lambda t: (
        f"/indicators/enter/{entered(t)}/withdraw/", {"action": str(uuid4()), "reason": "of another area"}),
    "indicators/enter/table/": lambda t: ("/indicators/enter/table/", {"rest": "none", "table": FIGURES}),
    "indicators/new/": lambda t: ("/indicators/new/", {
        "number": 0, "code": "lamps", "group": "hard", "form": "rate", "up": "more", "span": "year",
        "owner": "area_lead", "since": "2026-01-01", "reason": "asked for",
        **{f"{name}_zh": "路灯" for name in ("label", "counts", "of", "source", "caveats")}}),
    "places/<slug:path>/change/": lambda t: (f"/places/{t['estate']}/change/", {"name": "新村"}),
    "places/<slug:path>/close/": lambda t: (f"/places/{t['estate']}/close/", {}),
    "places/<slug:path>/names/": lambda t: (f"/places/{t['estate']}/names/", {"text": "红房子"}),
    "places/<slug:path>/names/<int:alias>/remove/": lambda t: (f"/places/{t['estate']}/names/{alias(t)}/remove/", {}),
    "places/<slug:path>/new/": lambda t: (f"/places/{t['estate']}/new/", {"kind": "building", "name": "18号"}),
    "admin/rules/new/": lambda t: ("/admin/rules/new/", {
        "clock": "case.file", "amount": 1, "unit": "natural_hour", "effective_from": "2026-12-01", "reason": "x"}),
    "import/new/": None,  # the file waits; that it is begun or discarded is written
    "import/<int:pk>/mapping/": lambda t: (f"/import/{upload(t)}/mapping/", {
        "zone": "Asia/Shanghai", "datum": "wgs84", "mode": "history", "rest": "good", "text": "text",
        "time": "time"}),
    "import/<int:pk>/discard/": lambda t: (f"/import/{upload(t)}/discard/", {}),
    "import/<int:pk>/go-on/": lambda t: (f"/import/{begun(t)}/go-on/", {}),
    "jobs/<int:pk>/drop/": lambda t: (f"/jobs/{t['job']}/drop/", {"because": "no need"}),
    "jobs/<int:pk>/retry/": lambda t: (f"/jobs/{t['job']}/retry/", {}),
    "people/accounts/<int:account>/close/": lambda t: (f"/people/accounts/{t['person'].pk}/close/", {}),
    "people/accounts/<int:account>/invite/": lambda t: (f"/people/accounts/{t['person'].pk}/invite/", {}),
    "people/organisations/<int:organisation>/close/": lambda t: (
        f"/people/organisations/{empty(t)}/close/", {}),
    "people/organisations/<int:organisation>/name/": lambda t: (
        f"/people/organisations/{t['organisation']}/name/", NAMES),
    "people/organisations/<int:organisation>/posts/new/": lambda t: (
        f"/people/organisations/{t['organisation']}/posts/new/", {**NAMES, "role": "mediator", "place": t["place"]}),
    "people/organisations/new/": lambda t: (
        "/people/organisations/new/", {**NAMES, "kind": "department", "place": t["place"]}),
    "people/posts/<int:post>/appoint/": lambda t: (
        f"/people/posts/{t['post']}/appoint/", {"account": t["person"].pk, "kind": "holder"}),
    "people/posts/<int:post>/change/": lambda t: (f"/people/posts/{t['post']}/change/", NAMES),
    "people/posts/<int:post>/close/": lambda t: (f"/people/posts/{t['post']}/close/", {}),
    "people/posts/<int:post>/hand-over/": lambda t: (
        f"/people/posts/{t['post']}/hand-over/", {"to": t["person"].pk, "note": ""}),
    "people/posts/<int:post>/invite/": lambda t: (
        f"/people/posts/{t['post']}/invite/", {"name": "来人", "email": "come@example.org", "kind": "holder"}),
    "people/posts/<int:post>/vacate/<int:holding>/": lambda t: (
        f"/people/posts/{t['hold'].pk}/vacate/{t['hold'].holdings.get().pk}/", {}),
    "people/roster/<int:pk>/remove/": lambda t: (f"/people/roster/{t['duty']}/remove/", {}),
    "people/roster/new/": lambda t: ("/people/roster/new/", {
        "post": t["post"], "starts": "2026-12-01T09:00", "ends": "2026-12-01T17:00"}),
    "people/roster/plan/": lambda t: ("/people/roster/plan/", {
        "posts": [t["post"]], "pattern": "day", "first": "2026-12-01", "days": 3}),
    "places/import/": None,  # the file waits; that it is taken is written
    "places/import/<uuid:token>/": lambda t: (places(t), {"rest": "1"}),
    "protection/lines/<slug:code>/": lambda t: ("/protection/lines/women/", {
        "action": str(uuid4()), "number": "12338", "name": "妇联", "name_en": "Women"}),
    "petitions/office/": lambda t: ("/petitions/office/", {
        "action": str(uuid4()), "version": 1, "address": "乐山路1号", "hours": "工作日", "telephone": "12345",
        "reason": "moved"}),
    "risk-map/findings/check/": lambda t: ("/risk-map/findings/check/", {}),
    "risk-map/import/": None,  # the file waits; that it is taken is written
    "risk-map/import/<uuid:token>/<slug:what>/": lambda t: (surroundings(t), {
        "action": str(uuid4()), "source": "OSM", "rest": "1"}),
    "risk-map/thresholds/<slug:name>/": lambda t: ("/risk-map/thresholds/window_density/", {
        "action": str(uuid4()), "value": 50, "reason": "asked for"}),
    "risk-map/hotspots/ask/": None,  # a question, of which nobody's name is kept
    "risk-map/hotspots/charts/ask/": None,
    "risk-map/hotspots/hazards/ask/": None,
    "risk-map/hotspots/hazards/<slug:source>/<slug:code>/": lambda t: (
        "/risk-map/hotspots/hazards/cases/lighting/", {"action": str(uuid4()), "weight": 3, "reason": "dark stairs"}),
    "privacy/assessments/<int:pk>/edit/": lambda t: (f"/privacy/assessments/{t['draft']}/edit/", ASSESSMENT),
    "privacy/assessments/<int:pk>/turn/": lambda t: (f"/privacy/assessments/{t['draft']}/turn/", {"to": "in_force"}),
    "reports/new/": lambda t: ("/reports/new/", {"month": "2026-01"}),
    "station/kept/<slug:what>/<slug:code>/": lambda t: ("/station/kept/desk/model/", desk_form()),
    "services/items/<slug:code>/": lambda t: ("/services/items/senior_card/", item_form()),
    "privacy/assessments/new/": lambda t: ("/privacy/assessments/new/", ASSESSMENT),
}  # fmt: skip


DUTY = {"share": "helper", "role": "mediator", "every": "one", "why": "邻里纠纷", "since": "2027-01-01"}


def item_form() -> dict:
    """A new version of an item of the service hall, as the form sends it."""
    load_starter_items(at=LONG_AGO)
    each = item_on("senior_card", timezone.localdate())
    given = initial_of(each.content, 1, "working_day")
    return {
        **{name: value for name, value in given.items() if value is not False}, "number": each.version.number,
        "effective_from": timezone.localdate().isoformat(), "reason": "checked", "action": str(uuid4()),
    }  # fmt: skip


def desk_form() -> dict:
    """The data of a desk with other words, as the form sends it."""
    given = initial_of_kept("desk", contents(Kept.DESK)["model"], number_of(Kept.DESK, "model"))
    return {
        **{name: value for name, value in given.items() if value is not False},
        "more": "午间有人",
        "action": uuid4(),
    }


def answer(things) -> str:
    return f"/admin/answers/trees/{things['estate']}/"


def duty(things) -> int:
    """A row that says who answers. Returns its key."""
    things["client"].post(answer(things), DUTY | {"place": things["estate"]})
    return Responsibility.objects.latest("pk").pk


def table(things) -> bytes:
    """One more row of who answers for what."""
    return f"{','.join(HEADING)}\r\ntrees,{things['estate']},,helper,mediator,,邻里,,2027-01-01,".encode()


def effect(things) -> dict:
    """An action whose effect is asked for, as the form sends it."""
    return {
        "action": str(uuid4()), "title": "充电棚启用", "day": "2026-10-01", "place_estate": things["estate"],
        "estates": [things["estate"]], "counts": "cases:charging", "way": "fall",
    }  # fmt: skip


def withdrawing(things) -> str:
    """An action that is written down. Returns where it is withdrawn."""
    return things["client"].post("/effects/new/", effect(things)).url + "withdraw/"


FIGURES = "indicator,from,value,source,source_date\npetitions,2025-01-01,41,Petition office,2025-07-10\n"


def figure() -> dict:
    """A figure from outside, as the form sends it."""
    return {
        "action": str(uuid4()), "code": "fee_rate", "origin": "office", "first": "2025-01-01", "last": "2025-12-31",
        "telling": "level", "number": "90", "place": "", "source": "books", "source_on": "2026-01-31",
    }  # fmt: skip


def entered(things) -> int:
    things["client"].post("/indicators/enter/", figure())
    return OutsideValue.objects.latest("pk").pk


def surroundings(things) -> str:
    """A file of walls that waits. Returns where it is taken."""
    given = {"what": "walls", "file": SimpleUploadedFile("w.geojson", BARRIERS), "action": str(uuid4())}
    return things["client"].post("/risk-map/import/", given).url


def klass() -> CaseClass:
    return CaseClass.objects.get(code="lighting")


def rule(things) -> str:
    """A rule that is on. Returns its address."""
    things["client"].post("/admin/routing/new/", {**RULE, "action": str(uuid4()), "confirm": "on"})
    return "/admin/routing/hurt/"


def alias(things) -> int:
    things["client"].post(f"/places/{things['estate']}/names/", {"text": "红房子"})
    return Alias.objects.latest("pk").pk


def empty(things) -> int:
    place = things["hold"].place
    return create_organisation(
        parent=None, kind=OrganisationKind.DEPARTMENT, name="空", place=place, by=SETUP, at=LONG_AGO
    ).pk


def guarded(street) -> list[str]:
    """Addresses whose permission an administrator holds and not every post does."""
    administrator, clerk = street.accounts["administrator"], street.accounts["window_clerk"]
    administrator.post, clerk.post = street.posts["administrator"], street.posts["window_clerk"]
    theirs = {name for name, may in PERMISSIONS.items() if may(administrator) and not may(clerk)}
    return [route for route, said in TABLE.items() if said in theirs]


def filled(route: str) -> str:
    return "/" + re.sub(
        r"<(\w+):\w+>",
        lambda found: {"int": "0", "uuid": "0" * 8 + "-0000-4000-8000-" + "0" * 12}.get(found[1], "none"),
        route,
    )


def test_every_address_of_the_administrator_that_takes_something_stands_in_the_table(street, sign_in):
    """One that answers a POST with 405 only shows; the others stand in `DOES`, or show a page whatever comes."""
    client = sign_in("administrator")
    takes = {route for route in guarded(street) if client.post(filled(route)).status_code != 405}
    before = AdminAct.objects.count()

    assert takes - set(DOES) - OWN_LOG - SHOW == set()
    for route in SHOW & takes:
        client.post(filled(route), {"x": "1"})
    assert AdminAct.objects.count() == before


# Each leaves a line in a log of its own, which its page shows: a device its note, a rule its version and its act; held
# by tests/sensing/test_devices.py, test_device_files.py, test_keys.py, test_rulebook.py and test_rule_pages.py.
OWN_LOG = {
    "devices/<slug:code>/change/",
    "devices/<slug:code>/check/",
    "devices/<slug:code>/keys/",
    "devices/<slug:code>/keys/<int:pk>/end/",
    "devices/<slug:code>/move/",
    "devices/<slug:code>/take-down/",
    "devices/import/",
    "devices/import/<uuid:token>/",
    "devices/new/",
    "rules/<slug:code>/<int:number>/<slug:step>/",
    "rules/<slug:code>/<int:number>/backtest/",
    "rules/<slug:code>/seen/",
    "rules/<slug:code>/write/",
    "rules/new/",
    # The camera's note in the device's story, and the story of the case: tests/riskmap.
    "risk-map/cameras/<slug:code>/",
    "risk-map/cameras/<slug:code>/describe/",
    "risk-map/cameras/<slug:code>/papers/",
    "risk-map/findings/<int:pk>/case/",
    "indicators/reviews/<str:number>/",  # its story; held by tests/insight/test_indicator_reviews.py
}

# Pages that read, and take a POST for a GET.
SHOW = {
    "admin/", "admin/calendar/", "admin/classes/", "admin/rules/", "people/", "people/accounts/", "people/acts/",
    "people/posts/<int:post>/", "people/roster/", "cases/all/", "grievances/", "admin/answers/",
    "admin/answers/export.csv", "admin/routing/", "alerts/", "alerts/<int:pk>/",
}  # fmt: skip


@pytest.mark.parametrize("route", [route for route, does in DOES.items() if does])
def test_each_act_leaves_its_line(route, things, street):
    address, given = DOES[route](things)
    before = AdminAct.objects.count()
    answer = things["client"].post(address, {"csrfmiddlewaretoken": "x", **given})

    assert answer.status_code in (200, 302), (route, answer.content.decode()[-2000:])
    (line, *_others) = AdminAct.objects.order_by("-pk")[: AdminAct.objects.count() - before]
    assert (line.account, line.post) == (street.accounts["administrator"], street.posts["administrator"])
    assert things["client"].get("/people/acts/").status_code == 200


def test_who_takes_the_places_along_is_written_too(sign_in):
    b"".join(sign_in("administrator").get("/places/export.geojson").streaming_content)

    assert [act.what for act in AdminAct.objects.order_by("-pk")[:1]] == ["places_exported"]
