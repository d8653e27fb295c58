"""What staff are told by push: new work for their post, and what of theirs is overdue. Never of what is sealed.

The desk is told of what is overdue only: what comes in, it sees come in.
"""

from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.core import deliver, push
from linli.core.models import Delivery
from linli.core.outbox import Message
from linli.people.domain.queries import held_at
from linli.people.models import Holding
from linli.procedures.enums import Part
from linli.procedures.models import Assignment, Procedure
from linli.procedures.registry import kind_of

WORK, OVERDUE = "work", "overdue"


def tell_posts(message: Message) -> None:
    """Tell whoever holds the posts whose turn it is now, where a message says that it became theirs, or is late."""
    news = _news_of(message.topic)
    if not news:
        return
    related = kind_of(message.body["kind"]).related
    procedure = Procedure.objects.select_related(*related).filter(pk__in=[message.procedure]).first()
    if procedure is None or procedure.sealed or procedure.excludes:
        return
    posts = _turns(procedure, news)
    holdings = Holding.objects.filter(held_at(message.at), post__in=posts).select_related("account")
    for account in {holding.account_id: holding.account for holding in holdings}.values():
        with override(account.language or "zh-hans"):
            push.tell(
                account,
                news=news,
                text=_("Something of yours is overdue.") if news == OVERDUE else _("New work waits for you."),
                page=kind_of(procedure.kind).url(procedure),
                procedure=procedure.pk,
                version=message.body["version"],
                at=message.at,
                wanted_if="procedures.news",
            )


def _news_of(topic: str) -> str:
    """Whether a topic means new work, or work overdue; a move within one part's turn is no news to it."""
    kind, _dot, name = topic.partition(".")
    workflow = kind_of(kind).workflow
    if name in ("missed", "reassigned"):
        return OVERDUE if name == "missed" else WORK
    move = workflow.moves.get(name)
    if move is None:
        return ""
    before = {workflow.states[state].acts for state in move.sources}
    return "" if workflow.states[move.target].acts in before else WORK


def _turns(procedure: Procedure, news: str) -> list[int]:
    rows = Assignment.objects.filter(procedure=procedure, open=True)
    if news == WORK:
        rows = rows.exclude(part=Part.DESK)
    return list(rows.values_list("post", flat=True))


@deliver.still_wanted("procedures.news")
def still_theirs(delivery: Delivery) -> bool:
    """Whether the person still wants such news, holds a post whose turn it is, and nothing was sealed since."""
    news, device = push.told_of(delivery)
    if device is None or not getattr(push.wishes_of(device.account), news):
        return False
    posts = Holding.objects.filter(held_at(delivery.created_at), account=device.account).values("post")
    turns = Assignment.objects.filter(
        procedure=delivery.procedure, procedure__sealed=False, procedure__excludes=False, open=True, post__in=posts
    )
    return turns.exists()
