"""What follows a case's moves: the search row, and messages to the reporter and to the post whose turn it is."""

from linli.cases.domain.telling import tell_reporter
from linli.cases.models import Case
from linli.core import search
from linli.core.models import Outbox
from linli.core.outbox import consumer


@consumer("cases.search", topics=["case.opened", "case.file", "case.close", "case.taken_over"])
def index(message: Outbox) -> None:
    """Make unsealed cases findable by their words."""
    keys = message.body.get("procedures") or [message.procedure]
    for case in Case.objects.filter(pk__in=keys, procedure__sealed=False).select_related("klass"):
        _index(case)


def _index(case: Case) -> None:
    search.put(case.pk, " ".join([case.text, case.where, case.answer, case.klass.name if case.klass else ""]))


@consumer("cases.reporter", topics=["case.dispatch", "case.close", "case.void", "case.reopen"])
def answer_reporter(message: Outbox) -> None:
    """Tell whoever reported it, if a way to reach them was given."""
    tell_reporter(message)
