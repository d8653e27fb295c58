"""Organisations and posts: made, changed, closed; and who stands in while one is vacant."""

from datetime import timedelta

import pytest

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import Outbox
from linli.people.actors import Actor
from linli.people.domain.holdings import appoint, close_account, hand_over, vacate
from linli.people.domain.organisations import close_organisation, create_organisation, rename_organisation
from linli.people.domain.posts import acting_post, change_post, close_post, create_post, is_vacant
from linli.people.enums import OrganisationKind, Role
from linli.people.models import Account, AdminAct, Handover, Holding, Organisation, Post
from tests.neighbourhood import LONG_AGO, SETUP, Street

DAY = timedelta(days=1)


def told() -> list[tuple[str, dict]]:
    return list(Outbox.objects.filter(topic__startswith="people.").order_by("id").values_list("topic", "body"))


def test_paths_follow_the_parent_and_the_last_child_in_byte_order(street: Street):
    def create(name: str, parent: Organisation | None) -> Organisation:
        return create_organisation(
            parent=parent,
            kind=OrganisationKind.DEPARTMENT,
            name=name,
            place=street.places["area"],
            by=SETUP,
            at=street.now,
        )

    root = create("甲", None)
    Organisation.objects.filter(pk=create("乙", root).pk).update(path=root.path + "009z")

    assert create("丙", root).path == root.path + "00a0"
    assert create("丁", Organisation.objects.get(name="丙")).path == root.path + "00a0" + "0000"


def test_a_name_of_an_organisation_is_taken_once(street: Street):
    taken = Organisation.objects.first()

    with pytest.raises(Invalid) as refusal:
        create_organisation(parent=None, kind=taken.kind, name=taken.name, place=taken.place, by=SETUP, at=street.now)

    assert list(refusal.value.fields) == ["name"]


def test_an_organisation_with_open_posts_is_not_closed(street: Street):
    organisation = street.posts["police_liaison"].organisation
    with pytest.raises(Conflict):
        close_organisation(organisation=organisation, by=street.by("administrator"), at=street.now)

    close_post(post=street.posts["police_liaison"], by=street.by("administrator"), at=street.now)
    close_organisation(organisation=organisation, by=street.by("administrator"), at=street.now)

    assert Organisation.objects.get(pk=organisation.pk).closed_at == street.now


def test_nobody_changes_what_lies_outside_the_place_of_their_post(street: Street):
    outsider = street.by("outsider")
    organisation, post = Organisation.objects.first(), street.posts["mediator"]
    attempts = [
        lambda: create_organisation(
            parent=None, kind=organisation.kind, name="x", place=street.places["street"], by=outsider, at=street.now
        ),
        lambda: rename_organisation(organisation=organisation, name="x", name_en="", by=outsider, at=street.now),
        lambda: close_organisation(organisation=organisation, by=outsider, at=street.now),
        lambda: create_post(
            organisation=organisation,
            role=Role.AUDITOR,
            place=street.places["area"],
            name="x",
            by=outsider,
            at=street.now,
        ),
        lambda: change_post(post=post, name="x", name_en="", superior=None, by=outsider, at=street.now),
        lambda: close_post(post=post, by=outsider, at=street.now),
        lambda: appoint(post=post, account=outsider.account, by=outsider, at=street.now),
        lambda: hand_over(post=post, to=outsider.account, note="", by=outsider, at=street.now),
        lambda: vacate(post=post, account=street.accounts["mediator"], by=outsider, at=street.now),
        lambda: vacate(
            post=post, account=street.accounts["mediator"], by=Actor(account=outsider.account), at=street.now
        ),
    ]
    before = AdminAct.objects.count()

    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()

    assert AdminAct.objects.count() == before


def test_a_vacant_post_passes_its_work_up_the_ladder(street: Street):
    worker, lead, officer = (street.posts[name] for name in ("grid_worker", "area_lead", "duty_officer"))
    at = street.now
    assert acting_post(worker, at=at) == worker

    vacate(post=worker, account=street.accounts["grid_worker"], by=street.by("administrator"), at=at)
    assert (is_vacant(worker, at=at), acting_post(worker, at=at)) == (True, lead)

    vacate(post=lead, account=street.accounts["area_lead"], by=street.by("administrator"), at=at + DAY)
    assert acting_post(worker, at=at + DAY) == officer
    assert acting_post(worker, at=at) == lead


def test_where_the_ladder_ends_the_nearest_held_duty_officer_stands_in(street: Street):
    handler = street.posts["department_handler"]
    vacate(post=handler, account=street.accounts["department_handler"], by=SETUP, at=street.now)

    assert acting_post(handler, at=street.now) == street.posts["duty_officer"]


def test_where_nobody_holds_anything_work_stays_with_the_duty_officers_post(street: Street):
    Holding.objects.all().delete()

    assert acting_post(street.posts["grid_worker"], at=street.now) == street.posts["duty_officer"]


def test_an_office_without_a_duty_officer_says_so(street: Street):
    Post.objects.filter(role=Role.DUTY_OFFICER).update(closed_at=LONG_AGO)
    Holding.objects.all().delete()

    with pytest.raises(NotFound):
        acting_post(street.posts["mediator"], at=street.now)


def test_a_deputy_keeps_the_work_of_a_vacant_post_which_shows_as_vacant_all_the_same(street: Street):
    post, deputy = street.posts["mediator"], street.accounts["petition_clerk"]
    appoint(post=post, account=deputy, kind=Holding.Kind.DEPUTY, by=SETUP, at=LONG_AGO)
    Outbox.objects.all().delete()

    vacate(post=post, account=street.accounts["mediator"], by=street.by("administrator"), at=street.now)

    assert (is_vacant(post, at=street.now), acting_post(post, at=street.now)) == (True, post)
    assert told() == []


def test_the_outbox_hears_when_a_post_is_left_and_when_it_is_taken(street: Street):
    Outbox.objects.all().delete()
    post, by = street.posts["mediator"], street.by("administrator")

    vacate(post=post, account=street.accounts["mediator"], by=by, at=street.now)
    appoint(post=post, account=street.accounts["petition_clerk"], by=by, at=street.now + DAY)
    hand_over(post=post, to=street.accounts["mediator"], note="钥匙在窗口", by=by, at=street.now + 2 * DAY)
    close_post(post=post, by=by, at=street.now + 3 * DAY)

    about = {"post": post.pk}
    assert told() == [("people.post_vacated", about), ("people.post_taken", about), ("people.post_vacated", about)]


def test_a_post_is_handed_over_with_a_note_and_without_a_gap(street: Street):
    post, giver, taker = street.posts["mediator"], street.accounts["mediator"], street.accounts["petition_clerk"]

    hand_over(post=post, to=taker, note="两件调解未结", by=street.by("administrator"), at=street.now)

    assert list(post.holdings.order_by("since").values_list("account", "until")) == [
        (giver.pk, street.now),
        (taker.pk, None),
    ]
    assert Handover.objects.values_list("giver", "taker", "note").get() == (giver.pk, taker.pk, "两件调解未结")


def test_a_post_has_one_holder_at_a_time(street: Street):
    with pytest.raises(Conflict):
        appoint(post=street.posts["mediator"], account=street.accounts["auditor"], by=SETUP, at=street.now)


def test_a_resident_holds_no_post_and_a_closed_one_is_held_by_nobody(street: Street):
    post, by = street.posts["mediator"], street.by("administrator")
    with pytest.raises(Invalid):
        hand_over(post=post, to=street.accounts["resident"], note="", by=by, at=street.now)

    close_post(post=post, by=by, at=street.now)
    with pytest.raises(Conflict):
        appoint(post=post, account=street.accounts["auditor"], by=by, at=street.now)
    with pytest.raises(Conflict):
        close_post(post=post, by=by, at=street.now)

    assert not post.holdings.filter(until=None).exists()


def test_a_deputy_who_becomes_the_holder_is_deputy_no_more(street: Street):
    post, deputy = street.posts["mediator"], street.accounts["petition_clerk"]
    appoint(post=post, account=deputy, kind=Holding.Kind.DEPUTY, by=SETUP, at=LONG_AGO)

    hand_over(post=post, to=deputy, note="", by=SETUP, at=street.now)

    assert list(post.holdings.filter(until=None).values_list("account", "kind")) == [(deputy.pk, "holder")]


def test_a_ladder_leads_on_past_a_post_that_was_closed(street: Street):
    worker, lead = street.posts["grid_worker"], street.posts["area_lead"]
    above = street.posts["auditor"]
    change_post(post=lead, name=lead.name, name_en="", superior=above, by=SETUP, at=street.now)
    vacate(post=worker, account=street.accounts["grid_worker"], by=SETUP, at=street.now)

    close_post(post=lead, by=SETUP, at=street.now)

    assert acting_post(Post.objects.get(pk=worker.pk), at=street.now) == above


def test_a_ladder_never_leads_back_to_its_own_foot(street: Street):
    officer, worker = street.posts["duty_officer"], street.posts["grid_worker"]

    with pytest.raises(Invalid) as refusal:
        change_post(post=officer, name=officer.name, name_en="", superior=worker, by=SETUP, at=street.now)

    assert list(refusal.value.fields) == ["superior"]


def test_whoever_leaves_has_no_post_no_session_and_no_account(street: Street):
    Outbox.objects.all().delete()
    account, by = street.accounts["mediator"], street.by("administrator")

    close_account(account=account, by=by, at=street.now)

    kept = Account.objects.get(pk=account.pk)
    assert (kept.is_active, kept.sessions_ended) == (False, account.sessions_ended + 1)
    assert not account.holdings.filter(until=None).exists()
    assert told() == [("people.post_vacated", {"post": street.posts["mediator"].pk})]
    with pytest.raises(Conflict):
        close_account(account=account, by=by, at=street.now)


def test_whoever_has_left_is_appointed_to_nothing(street: Street):
    account, post, by = street.accounts["mediator"], street.posts["petition_clerk"], street.by("administrator")
    close_account(account=account, by=by, at=street.now)

    # `account` is as a form read it, before it was closed.
    with pytest.raises(Conflict):
        appoint(post=post, account=account, kind=Holding.Kind.DEPUTY, by=by, at=street.now)
    with pytest.raises(Conflict):
        hand_over(post=post, to=account, note="", by=by, at=street.now)

    assert not account.holdings.filter(until=None).exists()
    assert post.holdings.get(until=None).account == street.accounts["petition_clerk"]


def test_nobody_closes_their_own_account_nor_one_beyond_their_reach(street: Street):
    with pytest.raises(Conflict):
        close_account(account=street.accounts["administrator"], by=street.by("administrator"), at=street.now)
    with pytest.raises(Refused):
        close_account(account=street.accounts["duty_officer"], by=street.by("area_lead"), at=street.now)
    with pytest.raises(Conflict):
        close_account(account=street.accounts["resident"], by=street.by("administrator"), at=street.now)

    assert not Account.objects.filter(is_active=False).exists()


def test_every_change_stands_in_the_log_with_who_and_in_which_post(street: Street):
    AdminAct.objects.all().delete()
    by, post = street.by("administrator"), street.posts["mediator"]

    change_post(post=post, name="首席调解员", name_en="Lead mediator", superior=post.superior, by=by, at=street.now)
    vacate(post=post, account=street.accounts["mediator"], by=by, at=street.now)

    rows = AdminAct.objects.order_by("id").values_list("what", "account", "post", "at", "target")
    who = (by.account.pk, by.post.pk, street.now)
    assert list(rows) == [
        ("post_changed", *who, f"{post.organisation.name} · 调解员"),
        ("post_vacated", *who, str(post)),
    ]
