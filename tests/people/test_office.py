"""The administrator's pages, the roster and the log."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.people.domain.duty import set_duty
from linli.people.domain.holdings import vacate
from linli.people.domain.posts import create_post
from linli.people.domain.queries import office_tree
from linli.people.enums import Role
from linli.people.models import AdminAct, Duty, Handover, Invitation, Organisation, Post
from tests.neighbourhood import SETUP, Street
from tests.people.conftest import SignIn


def addresses(street: Street) -> dict[str, list[str]]:
    """Every page, by the permission it needs."""
    post, organisation = street.posts["mediator"], street.posts["mediator"].organisation
    holding = post.holdings.get().pk
    duty = set_duty(post=street.posts["duty_officer"], starts=later(1), ends=later(9), by=SETUP, at=timezone.now())
    of_post = ["", "change/", "invite/", "appoint/", "hand-over/", f"vacate/{holding}/", "close/"]
    return {
        "people.manage": [
            "/people/",
            "/people/organisations/new/",
            "/people/accounts/",
            f"/people/accounts/{street.accounts['mediator'].pk}/close/",
            *[f"/people/organisations/{organisation.pk}/{end}/" for end in ("name", "close", "posts/new")],
            *[f"/people/posts/{post.pk}/{end}" for end in of_post],
        ],
        "people.roster": [
            "/people/roster/",
            "/people/roster/new/",
            "/people/roster/plan/",
            f"/people/roster/{duty.pk}/remove/",
        ],
        "people.acts": ["/people/acts/"],
    }


def later(hours: int):
    return timezone.now() + timedelta(hours=hours)


ALLOWED = {
    "people.manage": {"administrator"},
    "people.roster": {"administrator", "duty_officer", "area_lead"},
    "people.acts": {"administrator", "auditor"},
}


@pytest.mark.parametrize("who", ["resident", "outsider", *Role])
def test_each_page_opens_for_those_who_may_and_for_nobody_else(street: Street, sign_in: SignIn, who: str):
    client = sign_in(who)
    unreachable = {"area_lead"}  # the duty of the test belongs to a post above the area

    for permission, pages in addresses(street).items():
        expected = 200 if who in ALLOWED[permission] else 403
        for page in pages:
            if page.endswith("/remove/") and who in unreachable:
                assert client.get(page).status_code == 404, page
            else:
                assert client.get(page).status_code == expected, page


def test_nobody_opens_any_of_them_without_signing_in(street: Street, client: Client):
    for page in [page for pages in addresses(street).values() for page in pages]:
        assert client.get(page).url.startswith("/sign-in/?next=")


def test_the_tree_costs_three_queries_however_many_posts(street: Street, django_assert_num_queries):
    place = street.places["street"]
    with django_assert_num_queries(3):
        before = office_tree(within=place, at=street.now)
    for number in range(9):
        create_post(
            organisation=Organisation.objects.first(),
            role=Role.GRID_WORKER,
            place=street.places["cell_01"],
            name=f"网格员{number}",
            by=SETUP,
            at=street.now,
        )
    with django_assert_num_queries(3):
        after = office_tree(within=place, at=street.now)

    assert sum(len(row.posts) for row in after) == sum(len(row.posts) for row in before) + 9
    assert sum(line.vacant for row in after for line in row.posts) == 9


def test_pages_of_lists_cost_the_same_for_one_and_for_many(street: Street, sign_in: SignIn):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in("administrator")
    pages = ["/people/", "/people/accounts/", "/people/acts/", "/people/roster/"]

    def costs() -> list[int]:
        counted = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counted.append(len(queries))
        return counted

    first = costs()
    officer = street.posts["duty_officer"]
    for day in range(3):
        set_duty(post=officer, starts=later(24 * day), ends=later(24 * day + 8), by=SETUP, at=timezone.now())
    create_post(
        organisation=officer.organisation, role=Role.MEDIATOR, place=officer.place, name="新岗", by=SETUP, at=street.now
    )
    assert costs() == first


def test_a_vacant_post_says_so_in_words(street: Street, sign_in: SignIn):
    vacate(post=street.posts["mediator"], account=street.accounts["mediator"], by=SETUP, at=street.now)

    page = sign_in("administrator").get("/people/", headers={"Accept-Language": "en"}).content.decode()

    assert page.count("tag-late") == 1
    assert "vacant" in page


def test_a_vacant_post_opens_in_an_office_that_has_no_duty_officer_yet(street: Street, sign_in: SignIn):
    Post.objects.filter(role=Role.DUTY_OFFICER).update(closed_at=street.now)
    post = create_post(
        organisation=street.posts["mediator"].organisation,
        role=Role.MEDIATOR,
        place=street.posts["mediator"].place,
        name="新岗",
        by=SETUP,
        at=street.now,
    )

    answer = sign_in("administrator").get(f"/people/posts/{post.pk}/")

    assert answer.status_code == 200
    assert f"/people/posts/{post.pk}/appoint/" in answer.content.decode()


def test_what_lies_in_the_next_street_is_not_there(street: Street, sign_in: SignIn):
    client, other = sign_in("administrator"), street.posts["outsider"]

    assert client.get(f"/people/posts/{other.pk}/").status_code == 404
    assert client.get(f"/people/organisations/{other.organisation_id}/name/").status_code == 404
    assert other.organisation.name not in client.get("/people/").content.decode()


def test_the_accounts_of_the_next_street_are_not_there(street: Street, sign_in: SignIn):
    client, outsider = sign_in("administrator"), street.accounts["outsider"]

    assert "outsider@example.org" not in client.get("/people/accounts/").content.decode()
    assert client.get(f"/people/accounts/{outsider.pk}/close/").status_code == 404
    assert client.post(f"/people/accounts/{outsider.pk}/invite/").status_code == 404
    assert client.post(
        f"/people/posts/{street.posts['mediator'].pk}/hand-over/", {"to": outsider.pk, "note": ""}
    ).status_code == 422  # fmt: skip


def test_somebody_is_let_back_in_from_the_list_of_accounts(street: Street, sign_in: SignIn):
    account = street.accounts["mediator"]

    answer = sign_in("administrator").post(f"/people/accounts/{account.pk}/invite/")

    assert Invitation.objects.values_list("account", "post").get() == (account.pk, None)
    assert Client().get(answer.context["link"].removeprefix("http://testserver")).status_code == 200


def test_an_administrator_builds_an_office_by_forms(street: Street, sign_in: SignIn):
    client = sign_in("administrator")
    client.post(
        "/people/organisations/new/",
        {
            "name": "新单位",
            "name_en": "New unit",
            "kind": "resident_unit",
            "parent": "",
            "place": street.places["area"].pk,
        },
    )
    unit = Organisation.objects.get(name="新单位")
    client.post(
        f"/people/organisations/{unit.pk}/posts/new/",
        {"name": "联络员", "name_en": "", "role": "project_lead", "place": street.places["area"].pk, "superior": ""},
    )
    post = Post.objects.get(name="联络员")
    client.post(f"/people/posts/{post.pk}/appoint/", {"account": street.accounts["mediator"].pk, "kind": "holder"})
    client.post(f"/people/posts/{post.pk}/hand-over/", {"to": street.accounts["auditor"].pk, "note": "<b>钥匙</b>"})
    page = client.get(f"/people/posts/{post.pk}/").content.decode()

    assert Handover.objects.get(post=post).taker == street.accounts["auditor"]
    assert "&lt;b&gt;钥匙" in page
    assert list(AdminAct.objects.order_by("id").values_list("what", flat=True))[-4:] == [
        "organisation_created",
        "post_created",
        "holder_appointed",
        "post_handed_over",
    ]


def test_a_refusal_of_the_domain_stands_beside_the_field(street: Street, sign_in: SignIn):
    post = street.posts["mediator"]

    answer = sign_in("administrator").post(
        f"/people/posts/{post.pk}/change/",
        {"name": street.posts["committee_secretary"].name, "name_en": "", "superior": ""},
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert Post.objects.get(pk=post.pk).name == post.name


def test_a_second_holder_is_a_conflict_and_the_page_says_what_to_do(street: Street, sign_in: SignIn):
    answer = sign_in("administrator").post(
        f"/people/posts/{street.posts['mediator'].pk}/appoint/",
        {"account": street.accounts["auditor"].pk, "kind": "holder"},
    )

    assert answer.status_code == 409


@pytest.mark.parametrize("week", ["", "2026-11-25", "x", "9999-99-99", "0001-01-01", "9999-12-31", "<script>"])
def test_the_roster_shows_a_week_whatever_it_is_asked(sign_in: SignIn, week: str):
    answer = sign_in("duty_officer").get("/people/roster/", {"week": week})

    assert answer.status_code == 200
    assert len(answer.context["days"]) == 7
    assert timezone.localtime(answer.context["starts"]).weekday() == 0


def test_a_week_of_duties_is_planned_by_one_form(street: Street, sign_in: SignIn):
    client = sign_in("area_lead")
    posts = [street.posts[name].pk for name in ("area_lead", "committee_secretary")]

    client.post("/people/roster/plan/", {"posts": posts, "pattern": "two", "first": "2026-11-30", "days": 7})

    assert Duty.objects.count() == 14


def test_an_area_lead_cannot_put_the_streets_officer_on_duty(street: Street, sign_in: SignIn):
    answer = sign_in("area_lead").post(
        "/people/roster/new/",
        {"post": street.posts["duty_officer"].pk, "starts": "2026-11-30T08:00", "ends": "2026-11-30T20:00"},
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["post"])
    assert Duty.objects.count() == 0


@pytest.mark.parametrize("after", ["", "x", "-1", "1", "99999999999999999999", "²"])
def test_the_log_is_read_from_any_cursor(sign_in: SignIn, after: str):
    assert sign_in("auditor").get("/people/acts/", {"after": after}).status_code == 200
