"""What procedures keep of a person: the catalogue's entries, and the part of 'my data'."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.core.mydata import part
from linli.people.models import Account
from linli.procedures.domain.parties import CONTACT_FIELD, forget_contacts, parties_of

MATTER = _("handling a matter that somebody brought (PIPL art. 13)")
KEPT = _("three years after the matter is closed; then it is purged and the story says so")

register(
    PersonalField(
        "Party.contact_sealed",
        app="procedures",
        title=_("telephone number or e-mail left with a report"),
        purpose=_("to ask back, and to send the answer"),
        basis=_("the person's own request (PIPL art. 13 (2))"),
        seen_by=_("a post that has a part in the matter, for a reason that the person can read"),
        stores=(Store.SEALED, Store.OUTGOING, Store.BACKUP),
        kept_until=_("the person has it removed, or three years after the matter is closed"),
        sealed_as=CONTACT_FIELD,
    ),
    PersonalField(
        "Party.account, Party.claim_hash",
        app="procedures",
        title=_("whose report it is: an account, or the hash of a claim code"),
        purpose=_("so that the reporter alone finds the way back to it"),
        basis=MATTER,
        seen_by=_("nobody; no page lists reports by person, except to that person"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=KEPT,
    ),
    PersonalField(
        "Entry.account, EntryBody.data",
        app="procedures",
        title=_("the story: which member of staff did what, and what was said"),
        purpose=_("so that it can be told and proved how a matter was handled"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("whoever may see the matter, each line by its audience; staff by post, not by name"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=KEPT,
    ),
    PersonalField(
        "Exclusion.account",
        app="procedures",
        title=_("who must not see a matter, such as a relative of a party"),
        purpose=_("so that nobody decides in a matter of their own"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("nobody"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=KEPT,
    ),
    PersonalField(
        "LocalRule.author",
        app="procedures",
        title=_("which administrator set a time limit"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("administrator and auditor"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("no date depends on the limit any more"),
    ),
)


def _forget(account: Account, at: datetime) -> str:
    forget_contacts(account=account, at=at)
    return ""


part(
    "parties",
    _("Matters you are a party to, and how we reach you there"),
    export=parties_of,
    erase=_forget,
    labels={
        "number": _("Number"),
        "kind": _("What it is"),
        "part": _("You are"),
        "since": _("Since"),
        "contact": _("We reach you at"),
    },
)
