"""What the reporter of a case is told by push: that there is news, and no word of what."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.cases.domain.report import reporter_of
from linli.cases.models import Case
from linli.cases.offline import may_be_kept
from linli.core import deliver, push
from linli.core.models import Delivery
from linli.core.outbox import Message


def push_reporter(message: Message) -> None:
    """Tell a reporter with an account, where that was asked for, and not at night. Nothing of what is sealed."""
    case = Case.objects.select_related("procedure", "klass").filter(pk=message.procedure).first()
    party = reporter_of(case.procedure) if case else None
    if case is None or party is None or party.account is None or not may_be_kept(case.procedure):
        return
    quiet = push.wishes_of(party.account).quiet
    with override(party.account.language or "zh-hans"):
        push.tell(
            party.account,
            news="report",
            text=_("There is news about your report."),
            page=reverse("cases:follow", args=[case.procedure.number]),
            procedure=case.pk,
            version=message.body["version"],
            at=message.at,
            wanted_if="cases.report_news",
            not_before=push.after_quiet(timezone.now()) if quiet else None,
        )


@deliver.still_wanted("cases.report_news")
def still_open_to_say(delivery: Delivery) -> bool:
    """Whether it was not sealed since."""
    case = Case.objects.select_related("procedure", "klass").filter(pk=delivery.procedure).first()
    return case is not None and may_be_kept(case.procedure)
