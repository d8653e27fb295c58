"""Which post a request acts in."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from linli.core.errors import Refused
from linli.people.actors import Actor, Viewer
from linli.people.domain.directory import directory
from linli.people.domain.holdings import appoint
from linli.people.middleware import CurrentPost, Request
from linli.people.models import Account, Holding
from tests.neighbourhood import LONG_AGO, SETUP, Street


def asked_by(user: Account | AnonymousUser, **session: object) -> Request:
    """A request as a view gets it."""
    request = RequestFactory().get("/")
    request.user, request.session = user, SessionStore()
    request.session.update(session)
    seen = []
    CurrentPost(lambda passed: seen.append(passed) or HttpResponse())(request)
    return seen[0]


def test_a_request_acts_in_the_first_post_until_another_is_chosen(street: Street):
    account, second = street.accounts["mediator"], street.posts["petition_clerk"]
    appoint(post=second, account=account, kind=Holding.Kind.DEPUTY, by=SETUP, at=LONG_AGO + timedelta(days=1))

    at_first, chosen = asked_by(account), asked_by(account, post=second.pk)

    assert at_first.posts == chosen.posts == (street.posts["mediator"], second)
    assert at_first.post == street.posts["mediator"]
    assert chosen.post == second
    assert chosen.viewer == Viewer(posts=(second,), account=account, beside=(street.posts["mediator"],))
    assert chosen.by == Actor.in_post(second, account)


def test_a_post_of_somebody_else_cannot_be_chosen(street: Street):
    request = asked_by(street.accounts["mediator"], post=street.posts["administrator"].pk)

    assert request.post == street.posts["mediator"]


def test_all_of_it_costs_one_query_and_nothing_where_nobody_asks(street: Street):
    request = asked_by(street.accounts["mediator"])
    directory()  # kept by the process: what a post is; who holds it is asked
    with CaptureQueriesContext(
        connection,
    ) as none:
        assert request.user.is_authenticated
    with CaptureQueriesContext(connection) as one:
        assert request.user.has_perm("procedures.inbox")
        assert request.by.post.place.title
        assert request.by.post.organisation.title
        assert request.viewer.posts == request.posts

    assert (len(none), len(one)) == (0, 1)


@pytest.mark.parametrize("who", ["nobody", "resident"])
def test_whoever_has_no_post_sees_with_no_posts_and_cannot_act(street: Street, who: str, django_assert_num_queries):
    user = street.accounts.get(who, AnonymousUser())
    request = asked_by(user)

    with django_assert_num_queries(0):
        assert request.posts == ()
        assert request.post is None
        assert request.viewer == Viewer(account=street.accounts.get(who))
        with pytest.raises(Refused):
            _ = request.by


def test_a_post_is_held_from_its_first_instant_until_just_before_its_last(street: Street):
    holding = street.posts["mediator"].holdings.get()
    Holding.objects.filter(pk=holding.pk).update(until=LONG_AGO + timedelta(days=1))

    assert asked_by(street.accounts["mediator"]).posts == ()
