"""Whoever is complained of never learns of it: each way to find, get, count or be given a petition is tried.

Tried as a post of the organisation complained of, as its head, and as its deputy who has a post elsewhere too.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from linli.core.errors import Invalid, NotFound, Refused
from linli.core.models import Delivery, Job
from linli.people.actors import Actor, Viewer
from linli.people.domain.accounts import create_staff_account
from linli.people.domain.holdings import appoint, vacate
from linli.people.domain.posts import create_post
from linli.people.domain.queries import posts_held
from linli.people.enums import Role
from linli.people.models import Holding
from linli.petitions.domain import handling, identity, report
from linli.petitions.domain.indicators import counts
from linli.petitions.domain.posts import NobodyFree
from linli.petitions.domain.queries import desk_rows, petition_of, same_matter
from linli.petitions.models import Petition
from linli.procedures.domain.assignments import ShutOut, pass_up, reassign
from linli.procedures.domain.queries import inbox
from linli.procedures.domain.referrals import refer
from linli.procedures.enums import Part
from linli.procedures.models import Assignment, Entry, Exclusion, Grant, Procedure
from tests.neighbourhood import LONG_AGO, SETUP
from tests.petitions.making import WRITER, act, opened, petition_in
from tests.test_access import TABLE, may_open

ACCUSED = ("property_manager", "head", "deputy")


@pytest.fixture
def town(street):
    """The street, with a head above the property manager, and the area lead as deputy there."""
    company = street.posts["property_manager"].organisation
    head = create_post(
        organisation=company, role=Role.PROPERTY_MANAGER, place=street.places["street"], name="物业总经理",
        superior=street.posts["duty_officer"], by=SETUP, at=LONG_AGO,
    )  # fmt: skip
    account = create_staff_account(name="总经理", email="head@example.org", username="head", at=LONG_AGO)
    appoint(post=head, account=account, by=SETUP, at=LONG_AGO)
    street.posts["head"], street.accounts["head"] = head, account
    appoint(post=head, account=street.accounts["area_lead"], kind=Holding.Kind.DEPUTY, by=SETUP, at=LONG_AGO)
    street.posts["deputy"], street.accounts["deputy"] = street.posts["area_lead"], street.accounts["area_lead"]
    return street


@pytest.fixture
def accusation(town):
    """A request that complains of the property company, being handled by a department."""
    return petition_in(town, "handling", accused=town.posts["property_manager"].organisation)


def viewers(town, key: str) -> list[Viewer]:
    """As whom this person can look: through each of their posts, the others beside it."""
    account = town.accounts[key]
    held = posts_held(account=account, at=town.now)
    return [Viewer((post,), account, tuple(other for other in held if other is not post)) for post in held]


@pytest.mark.parametrize("key", ACCUSED)
def test_no_queryset_shows_it_even_where_it_was_given_by_mistake(key, town, accusation):
    for post in {viewer.posts[0] for viewer in viewers(town, key)}:
        Assignment.objects.get_or_create(procedure=accusation.procedure, post=post, part="helper", since=town.now)
        Grant.objects.create(procedure=accusation.procedure, post=post, reason="by mistake", since=town.now)
    for viewer in viewers(town, key):
        with pytest.raises(NotFound):
            petition_of(accusation.procedure.number, viewer)
        assert not Procedure.objects.visible_to(viewer).exists()
        assert desk_rows(viewer) == []
        assert inbox(viewer.posts, viewer=viewer).rows == []


@pytest.mark.parametrize("key", ACCUSED)
def test_no_post_of_theirs_is_given_a_part(key, town, accusation):
    petition = opened(town, accused=accusation.accused).petition
    clerk, post = town.by("petition_clerk"), town.posts[key]

    for verb in (handling.forward, handling.accept):
        with pytest.raises(Invalid):
            act(town, petition, verb, clerk, town.now, to=post)
    disputed = petition_in(town, "disputed", accused=accusation.accused)
    with pytest.raises(Invalid):
        act(town, disputed, handling.decide, town.by("duty_officer"), town.now, to=post, reason="归其办理")
    if key != "deputy":
        with pytest.raises(ShutOut):
            reassign(
                procedure=accusation.procedure, version=accusation.procedure.version, part=Part.HANDLER, to=post,
                because="x", by=clerk, at=town.now,
            )  # fmt: skip


def normal(text: str) -> str:
    """A page without what is new at every request."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UUID", text)
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+Z-]+", "TIME", text)
    return re.sub(r"\d{1,2}:\d{2}(:\d{2})?|datetime=\"[^\"]+\"|\d+ (second|minute)s?|just now", "TIME", text)


# Streams, measurements, and what is random at every request; the table of figures is compared as CSV.
SKIPPED = {
    "account/keys/totp/activate/",
    "account/keys/webauthn/add/",
    "figures/figures.xlsx",
    "events",
    "metrics",
    "healthz",
    "readyz",
    "sign-out/",
    "my-data/take-along/",
    "queue/token/",
}


@pytest.mark.parametrize("key", ["property_manager", "deputy"])
def test_no_page_list_export_feed_map_or_count_of_theirs_changes_by_it(key, town):
    role = "area_lead" if key == "deputy" else key
    wide = key == "deputy"  # for the other, the pages of staff are enough: those of everybody are the same
    routes = [
        route for route, said in TABLE.items()
        if "<" not in route and route not in SKIPPED and may_open(said, role, town)
        and (wide or said not in ("public", "signed_in"))
    ]  # fmt: skip
    routes += [f"places/{town.places['estate'].path}/", "cases/all/?words=漏水", "my-data/take-along/"]
    client = Client(headers={"accept-language": "en"})
    client.force_login(town.accounts[key])

    def shown() -> dict[str, str]:
        answers = {route: client.get(f"/{route}") for route in routes}
        return {
            route: normal(answer.content.decode(errors="replace")) if not answer.streaming else ""
            for route, answer in answers.items()
        }  # fmt: skip

    shown()
    before = shown()
    for n in range(6):
        petition_in(town, "handling" if n else "reviewing", accused=town.posts["property_manager"].organisation)
    after = shown()

    assert [route for route in routes if before[route] != after[route]] == []


@pytest.mark.parametrize("key", ACCUSED)
def test_its_pages_are_not_found(key, town, accusation):
    client = Client()
    client.force_login(town.accounts[key])
    number = accusation.procedure.number
    letter = accusation.letters.first()

    pages = [f"/petitions/file/{number}/{more}" for more in ("", "who/", f"letters/{letter.pk}/")]
    pages += [f"/petitions/progress/{number}/letters/{letter.pk}/", f"/refer/{number}/", f"/api/v1/cases/{number}"]
    pages += [f"/cases/{number}/", f"/case/{number}/"]

    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    assert client.post(f"/petitions/file/{number}/", {"step": "withdraw"}).status_code == 404


def test_no_message_delivery_or_job_names_it(town, accusation):
    from linli.procedures.domain.envelope import envelope

    said = envelope(accusation.procedure, [])
    jobs = [str(job.args) for job in Job.objects.all()]

    assert (said["seen_by"]["sealed"], said["seen_by"]["closed_to"]) == (True, True)
    assert [job for job in jobs if accusation.procedure.number in job or str(accusation.pk) in job] == []
    assert Delivery.objects.count() == 0


def test_the_feed_is_silent_for_them(town, accusation, rf):
    from linli.procedures.domain.envelope import envelope
    from linli.procedures.seeing import hears

    for key in ACCUSED:
        for viewer in viewers(town, key):
            request = rf.get("/events")
            request.viewer = viewer
            assert hears(request)(envelope(accusation.procedure, [post.pk for post in viewer.posts])) is False


@pytest.mark.parametrize("key", ACCUSED)
def test_no_figure_counts_it_for_them(key, town):
    company = town.posts["property_manager"].organisation
    for _each in range(6):
        petition_in(town, "handling", accused=company)

    reports = [report.year_report(2026, viewer) for viewer in viewers(town, key)]
    clerk = report.year_report(2026, Viewer((town.posts["petition_clerk"],), town.accounts["petition_clerk"]))

    assert [(each.total, each.bodies, each.others) for each in reports] == [(0, [], 0)] * len(reports)
    assert (clerk.total, clerk.bodies) == (6, [(company.name, 6)])
    assert counts(None, town.now.date(), town.now.date()) == (0, 0)


def test_bodies_complained_of_less_than_five_times_are_not_named(town):
    for _each in range(4):
        opened(town, accused=town.posts["property_manager"].organisation)

    found = report.year_report(2026, Viewer((town.posts["petition_clerk"],), town.accounts["petition_clerk"]))

    assert (found.bodies, found.others) == ([], None)


def test_numbers_say_nothing_of_how_many_there_are(town):
    numbers = [opened(town).petition.procedure.number for _each in range(3)]

    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{9}", number) for number in numbers)
    assert sorted(numbers) != numbers or len({number[:2] for number in numbers}) > 1


def test_it_is_closed_before_its_first_line(town):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        opened(town, accused=town.posts["property_manager"].organisation)
    inserts = [q["sql"].split('"')[1] for q in queries if q["sql"].startswith("INSERT")]

    assert inserts.index("procedures_exclusion") < inserts.index("procedures_procedure")
    assert inserts.index("procedures_procedure") < inserts.index("procedures_entry")


def test_escalation_goes_up_past_them(town):
    middle = create_post(
        organisation=town.posts["department_handler"].organisation, role=Role.DEPARTMENT_HANDLER,
        place=town.places["street"], name="房管经办", superior=town.posts["head"], by=SETUP, at=LONG_AGO,
    )  # fmt: skip
    account = create_staff_account(name="房管", email="fg@example.org", username="fg", at=LONG_AGO)
    appoint(post=middle, account=account, by=SETUP, at=LONG_AGO)
    petition = opened(town, accused=town.posts["property_manager"].organisation).petition
    act(town, petition, handling.forward, town.by("petition_clerk"), town.now, to=middle)

    vacate(post=middle, account=account, by=SETUP, at=town.now)
    pass_up(post=middle, by=Actor.named("vacancy"), at=town.now + timedelta(seconds=1))

    assert Assignment.objects.get(procedure=petition.pk, part="handler").post == town.posts["duty_officer"]


def test_the_chair_the_head_and_the_reviewer_are_never_one_of_them(town):
    company = town.posts["property_manager"].organisation
    town.accounts["area_lead"] = town.accounts["deputy"]

    petition = petition_in(town, "reviewing", accused=company)
    reviewer = Assignment.objects.get(procedure=petition.pk, part="verifier").post

    assert reviewer == town.posts["duty_officer"]


def test_a_petition_about_this_office_is_kept_nowhere_and_sent_to_the_district(town):
    with pytest.raises(NobodyFree):
        opened(town, accused=town.posts["petition_clerk"].organisation)

    assert (Procedure.objects.count(), Exclusion.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_whoever_comes_later_and_whoever_goes_elsewhere_is_shut_out_too(town, accusation):
    newcomer = create_staff_account(name="新来的", email="new@example.org", username="new", at=LONG_AGO)
    appoint(post=town.posts["head"], account=newcomer, kind=Holding.Kind.DEPUTY, by=SETUP, at=town.now)
    appoint(
        post=town.posts["department_handler"], account=town.accounts["property_manager"], kind=Holding.Kind.DEPUTY,
        by=SETUP, at=town.now,
    )  # fmt: skip
    Holding.objects.filter(post=town.posts["property_manager"]).update(until=town.now)
    town.accounts["new"] = newcomer

    for key in ("new", "property_manager"):
        for viewer in viewers(town, key):
            assert not Procedure.objects.visible_to(viewer).filter(pk=accusation.pk).exists()


def test_what_is_handed_on_stays_closed_to_them(town):
    petition = petition_in(town, "handling", accused=town.posts["property_manager"].organisation)
    given = {"text": "生活困难，本人同意转办。", "by": town.by("department_handler"), "at": town.now}

    result = refer(petition.procedure, to="assistance", action=uuid4(), **given)

    shut = [
        set(Exclusion.objects.filter(procedure=each).values_list("organisation", "account"))
        for each in (petition.pk, result.pk)
    ]
    assert (shut[0] == shut[1], len(shut[1]), Procedure.objects.get(pk=result.pk).excludes) == (True, 4, True)
    for key in ACCUSED:
        for viewer in viewers(town, key):
            assert not Procedure.objects.visible_to(viewer).filter(pk=result.pk).exists()


def test_it_is_not_handed_on_to_one_of_them(town):
    petition = petition_in(town, "handling")
    window = town.posts["window_clerk"]
    Exclusion.objects.create(procedure=petition.procedure, post=window, reason="complained of", since=town.now)
    Procedure.objects.filter(pk=petition.pk).update(excludes=True)
    petition.procedure.refresh_from_db()

    with pytest.raises(Invalid):
        refer(
            petition.procedure, to="assistance", text="生活困难。", by=town.by("department_handler"), at=town.now,
            action=uuid4(),
        )  # fmt: skip

    assert set(Procedure.objects.values_list("kind", flat=True)) == {"petition"}


# --- the petitioner


def test_a_name_is_opened_only_with_a_part_and_a_reason_and_the_log_keeps_it(town, accusation):
    from linli.core.models import ViewLog

    handler = town.by("department_handler")
    given = {"petition": accusation, "at": town.now}

    with pytest.raises(Refused):
        identity.people_of(by=town.by("duty_officer"), reason="想看看", **given)
    with pytest.raises(Invalid):
        identity.people_of(by=handler, reason=" ", **given)
    assert identity.people_of(by=handler, reason="电话回访", **given) == [WRITER]

    assert list(ViewLog.objects.values_list("reason", "procedure", "viewer")) == [
        ("电话回访", accusation.pk, handler.account.pk)
    ]


@pytest.mark.parametrize("key", ["administrator", "auditor"])
def test_administrator_and_auditor_see_none(key, town, accusation):
    viewer = Viewer((town.posts[key],), town.accounts[key])

    assert (Procedure.objects.visible_to(viewer).count(), desk_rows(viewer)) == (0, [])


def test_no_page_lists_petitions_by_petitioner(town):
    """The desk's list, and that of the same matter, name nobody, look nobody up, and join by matter alone."""
    first = opened(town).petition
    opened(town, field="work", matter="拖欠工资")
    clerk = Viewer((town.posts["petition_clerk"],), town.accounts["petition_clerk"])
    client = Client()
    client.force_login(town.accounts["petition_clerk"])

    pages = [client.get(f"/petitions/{page}").content.decode() for page in ("desk/", "desk/?over=1", "report/")]
    pages += [client.get(f"/petitions/file/{first.procedure.number}/").content.decode()]
    sought = client.get("/petitions/desk/", {"name": "别人", "q": "别人", "petitioner": "别人"}).content.decode()

    assert [
        value for value in (WRITER.name, WRITER.phone, WRITER.address) if any(value in page for page in pages)
    ] == []
    assert sought.count("/petitions/file/") == pages[0].count("/petitions/file/") == 2
    assert same_matter(first, clerk) == []
    assert [
        route for route in TABLE if route.startswith("petitions/") and re.search("name|person|petitioner", route)
    ] == []


def test_an_accusation_is_never_kept_with_an_account(town):
    resident = town.accounts["resident"]

    for klass in ("request", "accusation"):
        opened(town, klass=klass, account=resident, by=None, channel="network")

    assert list(Procedure.objects.of_account(resident).values_list("petition__klass", flat=True)) == ["request"]
    assert Petition.objects.count() == 2


def test_a_clerk_of_the_organisation_complained_of_gets_no_code_to_the_petition(town, sign_in):
    clerk, company = town.accounts["petition_clerk"], town.posts["property_manager"].organisation
    appoint(post=town.posts["head"], account=clerk, kind=Holding.Kind.DEPUTY, by=SETUP, at=LONG_AGO)

    page = sign_in("petition_clerk").post(
        "/petitions/register/",
        {
            "channel": "visit", "received_on": "2026-11-23", "klass": "accusation", "field": "housing", "estate": "",
            "matter": "物业收费", "text": "收了两次费。", "accused": company.pk, "persons": "1", "action": uuid4(),
        },
    )  # fmt: skip

    assert (page.status_code, set(page.context["form"].errors)) == (422, {"accused"})
    assert "收了两次费。" in page.content.decode()
    assert (Petition.objects.exists(), Exclusion.objects.exists()) == (False, False)
