"""What follows a case's moves: the search row, messages to the reporter; files, read and forgotten; learning."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from linli.cases.domain.asking import go_on_without_reply
from linli.cases.domain.duplicates import mark_texts
from linli.cases.domain.forgetting import forget_imports
from linli.cases.domain.importing import continue_import
from linli.cases.domain.joining import pass_on_answer
from linli.cases.domain.learning import JOB, is_due, learn_ours
from linli.cases.domain.more_time import resume_due
from linli.cases.domain.news import push_reporter
from linli.cases.domain.telling import STILL_TRUE, tell_joined, tell_reporter
from linli.cases.domain.triage_record import record_reading
from linli.cases.models import Case, ImportRun
from linli.cases.workflow import WORKFLOW
from linli.core import search
from linli.core.jobs import Lease, job, periodic
from linli.core.outbox import Message, consumer
from linli.people.actors import Actor
from linli.procedures.domain.news import tell_posts

BY_ITSELF = Actor.named("cases")


@consumer("cases.search", topics=["case.opened", "case.file", "case.close", "case.taken_over"])
def index(message: Message) -> None:
    """Make unsealed cases findable by their words."""
    keys = message.body.get("procedures") or [message.procedure]
    for case in Case.objects.filter(pk__in=keys).select_related("klass", "procedure"):
        if not case.procedure.sealed:
            search.put(case.pk, " ".join([case.text, case.where, case.answer, case.klass.name if case.klass else ""]))
        elif message.topic == "case.file":  # sealed by it, while another reader was still putting it in
            search.remove(case.pk)


@consumer("cases.marks", topics=["case.opened", "case.taken_over"])
def mark(message: Message) -> None:
    """Make cases without a place findable by nearly the same words."""
    mark_texts([UUID(str(key)) for key in message.body.get("procedures") or [message.procedure]])


@consumer("cases.reporter", topics=sorted(STILL_TRUE))
def answer_reporter(message: Message) -> None:
    """Tell whoever reported it, if a way to reach them was given."""
    tell_reporter(message)


@consumer("cases.push_reporter", topics=["case.dispatch", "case.close", "case.void", "case.reopen"])
def push_to_reporter(message: Message) -> None:
    """Tell whoever reported it on the devices where they asked for it."""
    push_reporter(message)


@consumer("cases.push_posts", topics=[f"case.{name}" for name in (*WORKFLOW.moves, "reassigned", "missed")])
def push_to_posts(message: Message) -> None:
    """Tell staff on their devices of new work, and of what is overdue."""
    tell_posts(message)


@consumer("cases.joined", topics=["case.close", "case.void"])
def answer_joined(message: Message) -> None:
    """Whoever reported the same gets the same answer, once."""
    case = Case.objects.select_related("procedure").filter(pk=message.procedure).first()
    if case is not None and case.procedure.closed is not None and case.answer:
        for joined in pass_on_answer(case=case, by=BY_ITSELF, at=message.at):
            tell_joined(joined.pk, case, message.at)


@periodic("cases.resume", every=timedelta(minutes=10))
def resume_deferred() -> None:
    """Let cases go on whose day has come."""
    at = timezone.now()
    resume_due(today=timezone.localdate(at), by=BY_ITSELF, at=at)


@periodic("cases.no_reply", every=timedelta(minutes=1))
def stop_waiting() -> None:
    """Let the clocks go on where the reporter did not answer in time."""
    go_on_without_reply(by=BY_ITSELF, at=timezone.now())


@job("cases.import_messages", steps=True)
def import_messages(lease: Lease, run: int) -> None:
    """Read a file of messages on from where the last worker came to."""
    continue_import(ImportRun.objects.get(pk=run), at=timezone.now(), step=lease.step)


@periodic("cases.forget_imports", every=timedelta(days=1), steps=True)
def forget_files_of_messages(lease: Lease) -> None:
    """Delete files of messages and the rows kept of them when they have lain for a month."""
    forget_imports(at=timezone.now(), step=lease.step)


@consumer("cases.triage", topics=["case.file"])
def note_reading(message: Message) -> None:
    """Keep what the model read in a case beside what the desk filed it as."""
    if message.procedure is not None:
        record_reading(message.procedure, at=message.at)


@periodic("cases.learn", every=timedelta(days=1), steps=True)
def learn_when_due(lease: Lease) -> None:
    """Learn the classes anew once there is enough to learn from."""
    if is_due(at=timezone.now()):
        learn_ours(at=timezone.now(), step=lease.step, beat=lease.renew)


@job(JOB, steps=True)
def learn_now(lease: Lease) -> None:
    """Learn because an administrator asked for it."""
    learn_ours(at=timezone.now(), step=lease.step, beat=lease.renew)
