"""What people keeps of a person: the catalogue's entries, and the parts of 'my data'."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.core.mydata import part
from linli.people.domain import accounts, consent
from linli.people.forms import AccountForm
from linli.people.models import Account

OFFICE = _("staff of the office, by name and post")
WORK = _("carrying out public duties (PIPL art. 13 (3))")
ASKED = _("the person's own request (PIPL art. 13 (2))")

register(
    PersonalField(
        "Account.name",
        app="people",
        title=_("name"),
        purpose=_("to address people, and to say who holds a post"),
        basis=ASKED,
        seen_by=_("the person; for staff also their colleagues"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the account is deleted"),
    ),
    PersonalField(
        "Account.contact_sealed",
        app="people",
        title=_("telephone number or e-mail of a resident"),
        purpose=_("to send the code that signs in, and answers"),
        basis=ASKED,
        seen_by=_("the person alone, as 138****5678"),
        stores=(Store.SEALED, Store.BACKUP),
        kept_until=_("the account is deleted"),
        sealed_as="account.contact",
    ),
    PersonalField(
        "Account.email, Invitation.email, Invitation.name, Invitation.account",
        app="people",
        title=_("e-mail address of staff, and invitations"),
        purpose=_("to sign in, and to be invited or let back in"),
        basis=WORK,
        seen_by=_("the person, and the administrator"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the account is deleted; invitations for 30 days after they end"),
    ),
    PersonalField(
        "SignInCode.contact_sealed",
        app="people",
        title=_("number or address that a code was sent to"),
        purpose=_("to make the account when the code is right"),
        basis=ASKED,
        seen_by=_("nobody"),
        stores=(Store.SEALED, Store.BACKUP),
        days_kept=1,
        sealed_as="code.contact",
    ),
    PersonalField(
        "Holding.account, Handover.giver, Handover.taker, Handover.note",
        app="people",
        title=_("posts held, and what was handed over"),
        purpose=_("to know who answered for a post at any time"),
        basis=WORK,
        seen_by=OFFICE,
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the stories of that time are purged"),
    ),
    PersonalField(
        "AdminAct.account, AdminAct.target, AdminAct.detail",
        app="people",
        title=_("log of changes to posts and accounts"),
        purpose=_("so that nobody gives themselves a post unseen"),
        basis=WORK,
        seen_by=_("administrator and auditor"),
        stores=(Store.ROW, Store.BACKUP),
        days_kept=3 * 365,
    ),
    PersonalField(
        "Consent.account",
        app="people",
        title=_("what somebody agreed to"),
        purpose=_("to show that they did, to which words, and until when"),
        basis=_("consent (PIPL art. 13 (1), 14–16)"),
        seen_by=_("the person, and whoever acts on the consent"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the account is deleted"),
    ),
)


def _account(account: Account) -> dict[str, Any]:
    contact = accounts.contact_of(account)
    return {
        "name": account.name,
        "reached_at": contact.address if contact else account.email,
        "language": account.language,
        "since": account.created_at,
    }


def _correct(account: Account, values: Mapping[str, Any], _at: datetime) -> None:
    accounts.change_account(account=account, name=values["name"], language=values["language"])


def _erase(account: Account, _at: datetime) -> str:
    if account.kind == Account.Kind.STAFF:
        return gettext("Your account shows who held a post. The administrator closes it when you leave.")
    accounts.forget_resident(account=account)
    return ""


def _posts(account: Account) -> list[dict[str, Any]]:
    held = account.holdings.select_related("post__organisation").order_by("-since")
    return [
        {
            "post": f"{holding.post.title} · {holding.post.organisation.title}",
            "as": holding.get_kind_display(),
            "since": holding.since,
            "until": holding.until,
        }
        for holding in held
    ]


def _consents(account: Account) -> list[dict[str, Any]]:
    return [
        {"wording": given.wording, "since": given.given_at, "until": given.withdrawn_at}
        for given in account.consents.order_by("-given_at")
    ]


def _withdraw_all(account: Account, at: datetime) -> str:
    for given in account.consents.filter(withdrawn_at=None):
        consent.withdraw_consent(account=account, purpose=given.purpose, at=at)
    return ""


part(
    "account",
    _("Your account"),
    export=_account,
    form=AccountForm,
    correct=_correct,
    erase=_erase,
    labels={
        "name": _("Name"),
        "reached_at": _("We reach you at"),
        "language": _("Language"),
        "since": _("Since"),
    },
)
part(
    "posts",
    _("Posts you held"),
    export=_posts,
    kept=_("Who answered for a post is part of the office's record."),
    labels={"post": _("Post"), "as": _("As"), "since": _("From"), "until": _("Until")},
)
part(
    "consents",
    _("What you agreed to"),
    export=_consents,
    erase=_withdraw_all,
    labels={"wording": _("Wording"), "since": _("From"), "until": _("Until")},
)
