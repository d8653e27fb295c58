"""What is forgotten by itself."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils.timezone import now

from linli.people.jobs import forget_what_ended


def test_sessions_that_ended_are_deleted_with_what_was_typed_in_them(db):
    for name, ends in (("ended", now() - timedelta(minutes=1)), ("open", now() + timedelta(hours=1))):
        Session.objects.create(session_key=name, session_data="typed", expire_date=ends)

    forget_what_ended()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
