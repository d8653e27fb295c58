"""What staff are told by push: new work for their post, and what of theirs is overdue. Never of what is sealed.

The desk is told of what is overdue only: what comes in, it sees come in.
"""

from django.db.models import Q
from django.utils import timezone
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
    """Tell whoever holds the posts that have something to do since this message, or whose work is overdue by it."""
    related = kind_of(message.body["kind"]).related
    procedure = Procedure.objects.select_related(*related).filter(pk__in=[message.procedure]).first()
    if procedure is None or procedure.sealed or procedure.excludes:
        return
    overdue = message.topic.endswith(".missed")
    concerned = Q() if overdue else ~Q(part=Part.DESK) & _begun(message)
    posts = Assignment.objects.filter(concerned, procedure=procedure, open=True).values("post")
    holdings = Holding.objects.filter(held_at(timezone.now()), post__in=posts).select_related("account")
    for account in {holding.account_id: holding.account for holding in holdings}.values():
        with override(account.language or "zh-hans"):
            push.tell(
                account,
                news=OVERDUE if overdue else WORK,
                text=_("Something of yours is overdue.") if overdue else _("New work waits for you."),
                page=kind_of(procedure.kind).url(procedure),
                procedure=procedure.pk,
                version=message.body["version"],
                at=message.at,
                wanted_if="procedures.news",
            )


def _begun(message: Message) -> Q:
    """The assignments that began with a message, and those whose turn a move led to from another's."""
    kind, _dot, name = message.topic.partition(".")
    workflow = kind_of(kind).workflow
    move = workflow.moves.get(name)
    begun = Q(since=message.at)
    if move is None or move.target is None:
        return begun
    turn = workflow.states[move.target].acts
    before = {workflow.states[state].acts for state in move.sources}
    return begun if turn is None or turn in before else begun | Q(part=turn)


@deliver.still_wanted("procedures.news")
def still_theirs(delivery: Delivery) -> bool:
    """Whether the person still wants such news, holds a post whose turn it is, and nothing was sealed since."""
    news, device = push.told_of(delivery)
    if device is None or not getattr(push.wishes_of(device.account), news):
        return False
    posts = Holding.objects.filter(held_at(timezone.now()), account=device.account).values("post")
    turns = Assignment.objects.filter(
        procedure=delivery.procedure, procedure__sealed=False, procedure__excludes=False, open=True, post__in=posts
    )
    return turns.exists()
