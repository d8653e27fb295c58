"""What assistance keeps of a person: the catalogue's entries, and the part of 'my data'."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.core.mydata import part
from linli.people.models import Account
from linli.procedures.models import Procedure
from linli.procedures.privacy import KEPT
from linli.services.domain.assistance_file import own_words
from linli.services.kind_assistance import STATES
from linli.services.models_assistance import Assistance

CONSENT = _("the person's own separate consent, withdrawn in one step (PIPL art. 13 (1), 15, 29)")
ASSIGNED = _("the posts that work on it, with a reason that is written down; nobody by place, and no administrator")
STORES = (Store.SEALED, Store.BACKUP)

register(
    PersonalField(
        "Assistance.called_sealed",
        app="services",
        title=_("how to call whoever asks for assistance"),
        purpose=_("to reach them about their application"),
        basis=CONSENT,
        seen_by=ASSIGNED,
        stores=STORES,
        kept_until=_("the consent is withdrawn, or the matter is purged three years after its end"),
        sealed_as="assistance.called",
    ),
    PersonalField(
        "Assistance.words_sealed",
        app="services",
        title=_("what somebody needs, in their words"),
        purpose=_("to look into an application for assistance"),
        basis=CONSENT,
        seen_by=ASSIGNED,
        stores=STORES,
        kept_until=_("the consent is withdrawn, or the matter is purged three years after its end"),
        sealed_as="assistance.words",
    ),
    PersonalField(
        "Assistance.aid_sealed",
        app="services",
        title=_("what assistance somebody is given"),
        purpose=_("to give it, and to hear them before it is reduced"),
        basis=CONSENT,
        seen_by=ASSIGNED,
        stores=STORES,
        kept_until=_("the consent is withdrawn, or the matter is purged three years after its end"),
        sealed_as="assistance.aid",
    ),
    PersonalField(
        "Assistance.lead_sealed",
        app="services",
        title=_("how somebody who may need assistance can be asked"),
        purpose=_("to ask them whether they want it"),
        basis=_("duty to report need that is found (Social Assistance Law art. 39)"),
        seen_by=ASSIGNED,
        stores=STORES,
        kept_until=_("they have answered"),
        sealed_as="assistance.lead",
    ),
    PersonalField(
        "Thanks.text",
        app="services",
        title=_("a word of thanks"),
        purpose=_("feedback on the help that was given"),
        basis=_("the person's own wish; shown to others only with their consent (PIPL art. 25)"),
        seen_by=_("the posts that worked on it; everybody, without a name, where the writer agreed and staff read it"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=KEPT,
    ),
)


def _own(account: Account) -> list[dict[str, Any]]:
    mine = Procedure.objects.of_account(account).filter(kind="assistance")
    rows = Assistance.objects.filter(procedure__in=mine).select_related("procedure").order_by("-procedure__opened")
    return [
        {
            "number": row.procedure.number, "since": row.procedure.opened,
            "state": str(STATES[row.procedure.state]), "consent_on": row.consent_on, **own_words(row),
        }
        for row in rows
    ]  # fmt: skip


part(
    "assistance",
    _("Your applications for assistance"),
    export=_own,
    kept=_("You take your consent back on the page of the application; what was kept is forgotten with it."),
    labels={
        "number": _("Number"), "since": _("Since"), "state": _("State"), "consent_on": _("You agreed on"),
        "called": _("How you are called"), "words": _("What you wrote"), "aid": _("What you are given"),
    },
)  # fmt: skip
