"""What follows a case's moves: the search row, and messages to the reporter and to the post whose turn it is."""

from linli.cases.domain.telling import tell_reporter
from linli.cases.models import Case
from linli.core import search
from linli.core.models import Outbox
from linli.core.outbox import consumer


@consumer("cases.search", topics=["case.opened", "case.file", "case.close", "case.take_over", "case.take_over_closed"])
def index(message: Outbox) -> None:
    """Make an unsealed case findable by its words."""
    case = Case.objects.select_related("procedure", "klass").filter(pk=message.procedure).first()
    if case is None or case.procedure.sealed:
        return
    search.put(case.pk, " ".join([case.text, case.where, case.answer, case.klass.name if case.klass else ""]))


@consumer("cases.reporter", topics=["case.dispatch", "case.close", "case.void", "case.reopen"])
def answer_reporter(message: Outbox) -> None:
    """Tell whoever reported it, if a way to reach them was given."""
    tell_reporter(message)
