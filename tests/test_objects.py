"""Every address with an object in it, for everybody: whoever may not see a case finds nothing of it anywhere.

What a post may see is the one queryset, `visible_to`, held to its rules in tests/procedures/test_seeing.py; here each
page, list, file, search and the API is held to that queryset.
"""

import re
from datetime import timedelta

import pytest
from django.test import Client

from linli.core import files
from linli.people.actors import Viewer
from linli.people.domain.accounts import create_resident_account
from linli.people.domain.holdings import appoint
from linli.people.models import Holding
from linli.procedures.models import Exclusion, Procedure
from tests.neighbourhood import LONG_AGO, SETUP, photo
from tests.test_access import ROLES, TABLE, may_open

# Of something that hangs on a case and has a key of its own, which tests of its own try.
OF_A_THING = {
    "hazards/h/<str:number>/",
    "hazards/h/<str:number>/contact/",
    "hazards/h/<str:number>/notice/<int:order>/",
    "hazards/h/<str:number>/notice/<int:order>/notice.pdf",
    "hazards/answer/<str:number>/",
    "hazards/premises/<str:number>/",
    "hazards/premises/<str:number>/visit/",
    "hazards/premises/<str:number>/talk/",
    "hazards/premises/<str:number>/talk/<int:pk>/",
    "hazards/premises/<str:number>/operator/",
    "mediation/file/<str:number>/",
    "mediation/file/<str:number>/letter/",
    "mediation/file/<str:number>/papers/",
    "mediation/file/<str:number>/reach/",
    "mediation/mine/<str:number>/",
    "mediation/mine/<str:number>/agreement/",
    "mediation/mine/<str:number>/keep/",
    "mediation/mine/<str:number>/leave/",
    "petitions/file/<str:number>/",
    "petitions/file/<str:number>/letters/<uuid:uuid>/",
    "petitions/file/<str:number>/files/",
    "petitions/file/<str:number>/files/<uuid:uuid>/",
    "petitions/progress/<str:number>/files/",
    "petitions/progress/<str:number>/files/<uuid:uuid>/",
    "petitions/file/<str:number>/who/",
    "petitions/progress/<str:number>/",
    "petitions/progress/<str:number>/leave/",
    "petitions/progress/<str:number>/letters/<uuid:uuid>.pdf",
    "petitions/progress/<str:number>/letters/<uuid:uuid>/",
    "petitions/progress/<str:number>/rate/",
    "case/<str:number>/link/<uuid:action>/", "case/<str:number>/promise/<int:pk>/kept/",
    "legal/mine/<str:number>/", "legal/mine/<str:number>/<slug:name>/", "legal/desk/<str:number>/",
    "guest/<str:number>/<str:code>/", "indicators/reviews/<str:number>/",
    "refer/<str:number>/", "protection/<str:number>/", "protection/<str:number>/application/",
    "protection/<str:number>/opened/",
    "services/r/<str:number>/", "services/r/<str:number>/rate/", "services/r/<str:number>/withdraw/",
    "services/r/<str:number>/papers/", "services/r/<str:number>/leave/", "services/desk/<str:number>/",
    "services/desk/<str:number>/contact/", "services/desk/<str:number>/visit/",
    "services/desk/<str:number>/slip/<uuid:action>/", "services/r/<str:number>/files/",
    "services/r/<str:number>/files/<uuid:uuid>/", "services/desk/<str:number>/files/",
    "services/desk/<str:number>/files/<uuid:uuid>/",
}  # fmt: skip
STAFF_PAGES = [
    route
    for route, said in TABLE.items()
    if said in ("cases.case", "cases.desk") and "<str:number>" in route and route not in OF_A_THING
]
LISTS = [
    "grievances/", "desk/", "desk/?rows=500", "cases/all/", "inbox/", "grid/", "audit/entries/", "cases/",
    "api/v1/cases", "cases/all/?words=灯", "screen/list/open/", "screen/list/came/",
]  # fmt: skip
HIDDEN = (403, 404)
WITHOUT_POST = ("nobody", "resident", "outsider")  # for these, to be led elsewhere is to be refused


@pytest.fixture
def cases(street, case_in):
    """A case as it is, one that is sealed, and one that the property company must not see; each with a photograph."""
    made = {kind: case_in("dispatched").procedure for kind in ("plain", "sealed", "closed to one")}
    Procedure.objects.filter(pk=made["sealed"].pk).update(sealed=True)
    property_company = street.posts["property_manager"].organisation
    Exclusion.objects.create(
        procedure=made["closed to one"], organisation=property_company, reason="complained of", since=street.now
    )
    Procedure.objects.filter(pk=made["closed to one"].pk).update(excludes=True)
    for procedure in made.values():
        files.attach([photo()], procedure=procedure.pk, audience="staff")
    return made


@pytest.fixture
def enter(street):
    def client_of(role: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if role != "nobody":
            client.force_login(street.accounts[role])
        return client

    return client_of


def sees(street, role: str, procedure: Procedure) -> bool:
    post = street.posts.get(role)
    if post is None or role == "outsider":
        return False
    viewer = Viewer((post,), street.accounts[role])
    return Procedure.objects.visible_to(viewer).filter(pk=procedure.pk).exists()


def address(route: str, number: str) -> str:
    return "/" + route.replace("<str:number>", number).replace("<slug:name>", "dispatch")


@pytest.mark.parametrize("role", ROLES)
def test_pages_files_and_the_api_open_for_whom_the_queryset_shows_the_case(role, street, cases, enter):
    client, wrong = enter(role), []
    for kind, procedure in cases.items():
        open_to = [route for route in STAFF_PAGES if may_open(TABLE[route], role, street)]
        pages = [address(route, procedure.number) for route in open_to]
        pages += [f"/api/v1/cases/{procedure.number}"]
        pages += [
            f"/files/{uuid}/" for uuid in files.File.objects.filter(procedure=procedure.pk).values_list("pk", flat=True)
        ]
        for page in pages:
            status = client.get(page).status_code
            shown = status == 200 or (status == 302 and role not in WITHOUT_POST)
            may_not_move = page.endswith("/dispatch/") and status == 403  # seen, and not this post's to move
            if status != 405 and shown is not sees(street, role, procedure) and not may_not_move:
                wrong.append((kind, page, status))

    assert wrong == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "nobody"])
def test_nothing_can_be_done_to_a_case_that_is_not_seen(role, street, cases, enter):
    client, wrong = enter(role), []
    for kind, procedure in cases.items():
        if sees(street, role, procedure):
            continue
        before = Procedure.objects.values_list("version", "seq").get(pk=procedure.pk)
        for route in STAFF_PAGES:
            status = client.post(address(route, procedure.number), {"text": "x", "reason": "x"}).status_code
            if status not in (405, *HIDDEN):
                wrong.append((kind, route, status))
        assert Procedure.objects.values_list("version", "seq").get(pk=procedure.pk) == before

    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_no_list_names_what_is_not_seen(role, street, cases, enter):
    client, wrong = enter(role), []
    public = {procedure.number for kind, procedure in cases.items() if kind != "sealed"}
    for route in LISTS:
        page = client.get(f"/{route}").content.decode(errors="replace")
        for kind, procedure in cases.items():
            shown = procedure.number in page
            if shown and not sees(street, role, procedure) and not (route == "cases/" and procedure.number in public):
                wrong.append((route, kind))

    assert wrong == []


@pytest.mark.parametrize("number", ["sealed", "none"])
def test_of_a_sealed_case_the_public_learns_no_more_than_of_none(number, cases):
    given = cases["sealed"].number if number == "sealed" else "ABCDEFGH1"
    statuses = [Client().get(page).status_code for page in (f"/cases/{given}/", f"/cases/{given}/thanks/")]

    assert statuses == [404, 404]
    asked = Client(headers={"accept-language": "en"}).get(f"/r/{given}/")
    assert (asked.status_code, asked.templates[0].name) == (200, "cases/follow/code.html")


def test_another_resident_finds_nothing_of_a_report(street, report):
    mine = report(account=street.accounts["resident"], contact="13812345678").case.procedure
    other = create_resident_account(name="邻居", at=LONG_AGO)
    client = Client()
    client.force_login(other)

    assert client.get(f"/r/{mine.number}/").templates[0].name == "cases/follow/code.html"
    for page in ("rate", "reopen", "add", "keep", "leave"):
        assert client.post(f"/r/{mine.number}/{page}/", {"text": "x", "grade": 1}).status_code == 404
    assert mine.number not in client.get("/my/").content.decode()
    assert mine.number not in client.get("/my-data/take-along/").content.decode()


def test_what_was_public_before_it_was_sealed_is_public_no_more(street, cases):
    Procedure.objects.filter(pk=cases["plain"].pk).update(sealed=True)
    files.readdress(cases["plain"].pk, audience="public")
    (uuid,) = files.File.objects.filter(procedure=cases["plain"].pk).values_list("pk", flat=True)[:1]

    assert Client().get(f"/files/{uuid}/").status_code == 404


def test_another_post_of_the_same_person_opens_nothing_that_is_closed_to_the_first(street, cases, enter):
    """The property manager is also a deputy of the secretary, and acts as that."""
    account, second = street.accounts["property_manager"], street.posts["committee_secretary"]
    appoint(post=second, account=account, kind=Holding.Kind.DEPUTY, by=SETUP, at=LONG_AGO + timedelta(days=1))
    client = enter("property_manager")
    client.post("/post/", {"post": second.pk})

    assert client.get(f"/case/{cases['plain'].number}/").status_code == 200
    assert client.get(f"/case/{cases['closed to one'].number}/").status_code == 404
    assert cases["closed to one"].number not in client.get("/cases/all/").content.decode()


def test_every_address_with_a_number_of_a_case_is_walked_here():
    known = {*STAFF_PAGES, *OF_A_THING, *(route for route in TABLE if re.match(r"(r|cases)/<str:number>/", route))}
    assert {route for route in TABLE if "<str:number>" in route} == known
