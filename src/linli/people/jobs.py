"""What people's data need from time to time."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from linli.core import jobs
from linli.people.domain import acts, codes, invitations


@jobs.periodic("people.forget", every=timedelta(hours=1))
def forget_what_ended() -> None:
    """Delete codes, invitations and sessions that open nothing any more, and lines of the log of three years ago.

    A session holds what somebody typed into a report and never sent.
    """
    at = timezone.now()
    codes.forget_codes(at=at)
    invitations.forget_invitations(at=at)
    acts.forget_acts(at=at)
    SessionStore.clear_expired()
