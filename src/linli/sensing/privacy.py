"""What the sensing net keeps of a person: who of the staff did what, and the consent to a care check."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.core.mydata import part
from linli.people.models import Account
from linli.sensing.models import CareConsent

DUTY = _("carrying out public duties (PIPL art. 13 (3))")

register(
    PersonalField(
        "DeviceNote.account, RuleVersion.author, Call.account, Judgement.account",
        app="sensing",
        title=_("which member of staff changed a device or a rule, answered a call, or judged an alert"),
        purpose=_("so that somebody answers for it"),
        basis=DUTY,
        seen_by=_("whoever may see the device or the rule"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the device or the rule is deleted"),
    ),
    PersonalField(
        "CareConsent.account, CareConsent.contact_sealed",
        app="sensing",
        title=_("who asked for the care check, and whom to ring"),
        purpose=_("to call somebody where no water was used for a day"),
        basis=_("the person's own consent, withdrawn in one step (PIPL art. 13 (1), 15)"),
        seen_by=_("the contact named in the consent"),
        stores=(Store.ROW, Store.SEALED, Store.BACKUP),
        kept_until=_("the consent is withdrawn"),
        sealed_as="care-contact",
    ),
)


def _checks(account: Account) -> list[dict[str, Any]]:
    given = CareConsent.objects.filter(account=account).select_related("contact").order_by("-given_at")
    return [{"contact": row.contact.title, "since": row.given_at, "until": row.withdrawn_at} for row in given]


part(
    "care",
    _("Your care check"),
    export=_checks,
    kept=_("You end the care check in one step on its own page; what it told is gone after 48 hours."),
    labels={"contact": _("Who is called"), "since": _("From"), "until": _("Until")},
)
