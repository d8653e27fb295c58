"""How to reach whoever reported a case: sealed, and opened only with a reason that the person can read."""

from datetime import datetime

from linli.cases.domain.report import reporter_of
from linli.cases.models import Case
from linli.cases.workflow import may_reach
from linli.core.errors import NotFound, Refused
from linli.core.viewlog import open_sealed
from linli.people.actors import Actor
from linli.procedures.domain.parties import CONTACT_FIELD


def open_contact(*, case: Case, reason: str, by: Actor, at: datetime) -> str:
    """Open the reporter's contact, and write down who did and why.

    Raises:
        Refused: this post has no part in the case, and is not its desk.
        NotFound: the reporter left no contact.
        Invalid: no reason was given.
    """
    if by.post is None or by.account is None or not may_reach(by, case.procedure):
        raise Refused
    party = reporter_of(case.procedure)
    if party is None or party.contact_sealed is None:
        raise NotFound
    return open_sealed(
        party.contact_sealed,
        row=party.uuid,
        field=CONTACT_FIELD,
        viewer=by.account,
        post_title=by.post.title,
        subject=party.account,
        procedure=case.pk,
        reason=reason,
        at=at,
    )
