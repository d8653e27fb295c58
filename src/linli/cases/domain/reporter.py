"""What a reporter may do with a report: open it by its code, add to it, take it into an account."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.claiming import party_by_code
from linli.cases.domain.report import TEXT_MOST
from linli.cases.models import Case
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.outbox import tell
from linli.people.actors import Actor
from linli.people.models import Account
from linli.procedures.domain.envelope import envelope
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience, PartyKind
from linli.procedures.models import Assignment, Party

REPORTERS = (PartyKind.REPORTER, PartyKind.FURTHER)


def open_by_code(*, number: str, code: str) -> Party:
    """The reporter's part in the report with this number, for whoever knows its claim code. One statement.

    Raises:
        NotFound: there is no such report, or this is not its code; the two are not told apart.
    """
    return party_by_code(number=number, code=code, kind="case", parties=REPORTERS)


def add_to_case(*, case: Case, text: str, by: Actor, at: datetime, action: UUID) -> None:
    """The reporter adds something; whoever has the case is told. A second call with the same action has no effect.

    Raises:
        Invalid: no text, or text too long.
        Refused: somebody else than a party.
        Conflict: it is closed.
    """
    if not text.strip():
        raise Invalid(fields={"text": _("Write what you want to add.")})
    if len(text) > TEXT_MOST:
        raise Invalid(fields={"text": _("Write at most 4,000 characters.")})
    procedure = case.procedure
    own = procedure.parties.filter(pk=by.party, kind__in=REPORTERS).first() if by.party is not None else None
    if own is None:
        raise Refused
    if procedure.closed is not None:
        raise Conflict(_("This report is closed, so nothing can be added to it."))
    with transaction.atomic():
        if first_time(action, "add", procedure=procedure, by=by, at=at):
            append_entry(
                procedure, "added", by=by, at=at, says={"text": text.strip()}, audience=Audience.PARTIES, only=own
            )
            posts = Assignment.objects.filter(procedure=procedure, open=True).values_list("post", flat=True)
            tell("case.added", procedure.pk, envelope(procedure, posts), at)


def keep_in_account(*, case: Case, account: Account, by: Actor, at: datetime) -> None:
    """Whoever reported without an account takes the report into one; from then on signing in opens it.

    Raises:
        Refused: somebody else than the reporter.
        Conflict: it belongs to an account already.
    """
    if by.party is None:
        raise Refused
    with transaction.atomic():
        mine = Party.objects.filter(procedure=case.pk, pk=by.party, kind=PartyKind.REPORTER)
        if not mine.exists():
            raise Refused
        if not mine.filter(account=None).update(account=account):
            raise Conflict(_("This report is in an account already."))
        append_entry(case.procedure, "kept", by=by, at=at, audience=Audience.PARTIES)
