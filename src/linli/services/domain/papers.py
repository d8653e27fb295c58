"""Papers that were given before, and serve again while the person agrees."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from linli.cases.domain.claiming import party_by_code
from linli.core.errors import Refused
from linli.people.actors import Actor
from linli.people.models import Account
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Party
from linli.services.domain.catalogue import standing_of
from linli.services.domain.content import AUTHORITY, PROXY_ID
from linli.services.enums import Held
from linli.services.models import Request, RequestMaterial

KEEP_DAYS = 365  # for which papers serve again, from the day they were given, with the person's consent
NEVER = frozenset({AUTHORITY, PROXY_ID})  # an authority is for one matter

Kept = Mapping[str, Request]
"""By the paper's key, the request in which it was given."""


def request_by_code(*, number: str, code: str) -> Request:
    """The request with this number, for whoever knows its claim code. One statement.

    Raises:
        NotFound: there is none, or this is not its code; the two are not told apart.
    """
    own = (PartyKind.REPORTER,)
    party = party_by_code(number=number, code=code, kind="request", parties=own, also="procedure__request")
    return party.procedure.request


def kept_papers(*, applicant: str, account: Account | None, earlier: Request | None, on: date) -> Kept:
    """Which papers need not be brought again: those of the same person, given with consent and not too old.

    account: whose own requests count.  earlier: one that was opened by its number and code. Two statements at most.
    """
    if not applicant.strip() or (account is None and earlier is None):
        return {}
    rows = RequestMaterial.objects.filter(
        request__keep_papers=True, request__keep_until__gte=on, request__applicant=applicant.strip(),
        held__in=[Held.RECEIVED, Held.REUSED],
    ).exclude(key__in=NEVER)  # fmt: skip
    if earlier is not None:
        rows = rows.filter(request=earlier)
    else:
        own = Party.objects.filter(account=account, procedure__kind="request").values("procedure")
        rows = rows.filter(request__in=own)
    found: dict[str, Request] = {}
    for row in rows.select_related("request__version").order_by("since"):
        paper = standing_of(row.request.version).content.paper(row.key)
        if paper is not None and paper.reusable:
            found[row.key] = row.request
    return found


def keep_no_longer(*, request: Request, by: Actor, at: datetime) -> None:
    """The person takes back the consent: their papers of this request are not used again.

    Raises:
        Refused: somebody else than the applicant.
    """
    if by.party is None or not request.procedure.parties.filter(pk=by.party, kind=PartyKind.REPORTER).exists():
        raise Refused
    with transaction.atomic():
        if Request.objects.filter(pk=request.pk, keep_papers=True).update(keep_papers=False, keep_until=None):
            append_entry(request.procedure, "keep_ended", by=by, at=at, audience=Audience.PARTIES)
