"""A party that came with number and code takes the mediation into its account."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Conflict, NotFound, Refused
from linli.mediation.models import Participant
from linli.people.actors import Actor, Viewer
from linli.people.domain.queries import posts_held
from linli.people.models import Account
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience
from linli.procedures.models import Party, Procedure, shut_to


def keep_in_account(*, participant: Participant, account: Account, by: Actor, at: datetime) -> None:
    """From now on signing in opens it; number and code do so too. Only this party reads of it in the story.

    Raises:
        Refused: somebody else than this party.
        NotFound: the account, or a post it holds, must not know of this matter.
        Conflict: it is in an account already, or this account is another party to it.
    """
    if by.party is None or by.party != str(participant.pk):
        raise Refused
    procedure = participant.procedure
    with transaction.atomic():
        if procedure.excludes and _shut_out(procedure, account, at):
            raise NotFound
        parties = Party.objects.filter(procedure=procedure.pk)
        if parties.filter(account=account).exists():
            raise Conflict(_("This mediation is in your account already."))
        if not parties.filter(pk=participant.pk, account=None).update(account=account):
            raise Conflict(_("This mediation is in an account already."))
        append_entry(procedure, "kept", by=by, at=at, audience=Audience.PARTIES, only=participant.party)


def _shut_out(procedure: Procedure, account: Account, at: datetime) -> bool:
    viewer = Viewer(posts_held(account=account, at=at), account)
    return Procedure.objects.filter(shut_to(viewer, procedure="pk"), pk=procedure.pk).exists()
