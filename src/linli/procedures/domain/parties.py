"""What a party may do about its own row: see it, and have the contact forgotten."""

from datetime import datetime
from typing import Any

from django.db import transaction

from linli.core.sealed import unseal
from linli.people.actors import Actor
from linli.people.models import Account
from linli.procedures.domain.story import append_entry
from linli.procedures.models import Party, Procedure
from linli.procedures.registry import kind_of

CONTACT_FIELD = "party.contact"


def parties_of(account: Account) -> list[dict[str, Any]]:
    """The procedures a person is a party to, the newest first, with the contact left there. For that person alone."""
    parties = Party.objects.filter(account=account).select_related("procedure").order_by("-procedure__opened")
    return [
        {
            "number": party.procedure.number,
            "kind": str(kind_of(party.procedure.kind).label),
            "part": party.get_kind_display(),
            "since": party.procedure.opened,
            "contact": contact_of(party),
        }
        for party in parties
    ]


def contact_of(party: Party) -> str:
    """The contact a party left. Only for the party itself; anybody else opens it through the log of views."""
    return unseal(party.contact_sealed, row=party.uuid, field=CONTACT_FIELD) if party.contact_sealed else ""


def forget_contacts(*, account: Account, at: datetime) -> int:
    """Forget what a person left to be reached at, in every procedure. Returns in how many. Each story says so."""
    with transaction.atomic():
        kept = list(Party.objects.filter(account=account, contact_sealed__isnull=False).values_list("procedure", "pk"))
        Party.objects.filter(pk__in=[party for _procedure, party in kept]).update(contact_sealed=None)
        for procedure in Procedure.objects.filter(pk__in=[procedure for procedure, _party in kept]):
            party = next(str(party) for found, party in kept if found == procedure.pk)
            append_entry(procedure, "contact_removed", by=Actor(party=party), at=at)
    return len(kept)
