"""What the owner of a rule is told when the rule is to be looked at: by mail and on their devices, once it is day."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import override

from linli.core import deliver, push
from linli.core.models import Delivery
from linli.people.domain.queries import held_at
from linli.people.models import Holding
from linli.sensing.models import Rule, RuleVersion

ASKED = "rule_asked"
WORDS = {
    True: lazy("The rule “%(rule)s” calls wrongly too often. Look at what it calls for, and change or confirm it."),
    False: lazy("The day has come to review the rule “%(rule)s”. Change or confirm it."),
}


def tell_owner(version: RuleVersion, *, too_often: bool, at: datetime) -> None:
    """Write to whoever holds the owning post. too_often: it calls wrongly; else its day of review has come.

    Rules are no secret, so the message names the rule; nothing of any call is in it.
    """
    rule = version.rule
    page, mark = reverse("sensing:rule", args=[rule.code]), f"{rule.code}:{int(at.timestamp())}"
    holdings = Holding.objects.filter(held_at(at), post=rule.owner_id).select_related("account")
    for account in {holding.account_id: holding.account for holding in holdings}.values():
        with override(account.language or "zh-hans"):
            subject, words = _("A rule of yours waits to be looked at"), WORDS[too_often] % {"rule": version.title}
            if account.email:
                text = f"{words}\n\n{settings.ADDRESS}{page}"
                _send("mail", account.email, subject, text, key=f"mail:{ASKED}:{account.pk}:{mark}", at=at)
            for address in push.addresses(account):
                _send("push", address, _("Linli"), f"{subject}\n{page}", key=f"push:{ASKED}:{address}:{mark}", at=at)


def _send(channel: str, address: str, subject: str, text: str, *, key: str, at: datetime) -> None:
    deliver.send(
        channel, address, subject, text, key=key, procedure=None, at=at, wanted_if="sensing.rule_asked",
        not_before=push.after_quiet(at),
    )  # fmt: skip


@deliver.still_wanted("sensing.rule_asked")
def still_asked(delivery: Delivery) -> bool:
    """Whether nobody has looked at it yet."""
    code = delivery.key.rsplit(":", 2)[1]
    return Rule.objects.filter(code=code).exclude(asked_at=None).exists()
