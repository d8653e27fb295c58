"""Processes that tests kill or set against each other: `python -m tests.faults.worker WHAT`.

lay            the neighbourhood, and a file of messages whose import is started
jobs           a worker, on short leases
finish         the same until the import is done
walk FILE      cases from report to answer, each act printed once it is done; FILE lists acts printed before
web PORT       the pages and the API
at-once WHAT   threads that do the same at the same time
report         what the database holds, as JSON
"""

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event
from time import sleep
from uuid import UUID, uuid4, uuid5

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from linli.cases.domain.closing import close_case, verify_case  # noqa: E402
from linli.cases.domain.handling import accept_case, dispatch_case, file_case, hand_in_case  # noqa: E402
from linli.cases.domain.importing import begin_import, go_on  # noqa: E402
from linli.cases.domain.report import report_case  # noqa: E402
from linli.cases.domain.rows import Reading  # noqa: E402
from linli.cases.enums import Source  # noqa: E402
from linli.cases.models import Case, CaseClass, ImportRow, ImportRun  # noqa: E402
from linli.core import jobs  # noqa: E402
from linli.core.errors import DomainError  # noqa: E402
from linli.core.models import Job, Outbox  # noqa: E402
from linli.people.actors import Actor  # noqa: E402
from linli.people.models import Holding, Post  # noqa: E402
from linli.procedures.domain import audit  # noqa: E402
from linli.procedures.models import Action, Assignment, Clock, Entry, Procedure  # noqa: E402
from linli.world.messages import write_messages  # noqa: E402
from tests.faults import BAD, ROWS, WALKED, WHOLE  # noqa: E402
from tests.neighbourhood import NOW, build_street  # noqa: E402

NAMESPACE = UUID(int=7)
TEXT = "三楼楼道灯不亮，老人上下楼看不清。"

jobs.LEASE = timedelta(seconds=1)
jobs.PAUSE = 0.05
jobs.ATTEMPTS = 50  # as often as a test kills it, and its lease runs out on a busy machine


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def lay() -> None:
    call_command("migrate", verbosity=0)
    build_street()
    CaseClass.objects.update(photo_needed=False)
    path = Path(settings.DATA) / "messages.csv"
    write_messages(path, rows=ROWS - BAD, until=NOW)
    with path.open("a", encoding="utf-8") as out:
        out.writelines(f"{n},灯,昨天,楼道灯不亮,0,0\n" for n in range(BAD))
    columns = {"title": "topic", "text": "text", "time": "time", "number": "message_id"}
    run = begin_import(path=path, name=path.name, reading=Reading(columns), mode="history", all_or_none=False, at=NOW)
    go_on(run=run, by=Actor.named("test"), at=timezone.now())


def work() -> None:
    say("at work")
    jobs.work(Event())


def finish() -> None:
    while ImportRun.objects.get().status == ImportRun.Status.RUNNING:
        if not jobs.work_once():
            sleep(jobs.PAUSE)


# --- one case from report to answer


def by(role: str) -> Actor:
    post = Post.objects.select_related("place", "organisation").filter(role=role).order_by("pk")[0]
    return Actor.in_post(post, Holding.objects.get(post=post).account)


def acts(number: int) -> Iterator[tuple[UUID, Callable[[], object]]]:
    """What is done with one case, each act under a name that is the same after every start and follows the last."""
    officer, handler, verifier = by("duty_officer"), by("property_manager"), by("grid_worker")
    klass = CaseClass.objects.get(code="lighting")
    place = handler.post.place
    names = [uuid5(NAMESPACE, f"{number}.{step}") for step in range(len(WHOLE))]

    def report() -> object:
        return report_case(
            text=TEXT, source=Source.RESIDENT, by=None, at=NOW, action=names[0], klass=klass, place=place
        )

    def move(step: int, verb: Callable[..., Case], actor: Actor, **more: object) -> tuple[UUID, Callable[[], object]]:
        def act() -> object:
            case = Case.objects.select_related("procedure").get(procedure__action=names[0])
            return verb(case=case, version=names[step - 1], by=actor, at=NOW, action=names[step], **more)

        return names[step], act

    yield names[0], report
    yield move(1, file_case, officer, klass=klass)
    yield move(2, dispatch_case, officer, to=handler.post, reason="")
    yield move(3, accept_case, handler)
    yield move(4, hand_in_case, handler, text="灯泡已换。", photos=())
    yield move(5, verify_case, verifier)
    yield move(6, close_case, officer, answer="灯已修好。")


def walk(known: Path) -> None:
    """Do everything from the beginning; what was done before must have stayed, and doing it again must do nothing."""
    done = set(Action.objects.values_list("pk", flat=True))
    lost = [line for line in known.read_text().splitlines() if UUID(line) not in done]
    say(f"at work, lost {lost}")
    for number in range(WALKED):
        for name, act in acts(number):
            act()
            say(str(name))


# --- at the same time


def together(threads: int, act: Callable[[int], object]) -> list[str]:
    """What each of so many threads says, all begun in one moment: what came of it, or the name of the refusal."""
    ready = Barrier(threads)

    def one(number: int) -> str:
        try:
            connection.ensure_connection()
            ready.wait()
            return str(act(number))
        except DomainError as told:
            return type(told).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


def new_case() -> Case:
    klass, place = CaseClass.objects.get(code="lighting"), by("property_manager").post.place
    return report_case(
        text=TEXT, source=Source.RESIDENT, by=None, at=NOW, action=uuid4(), klass=klass, place=place
    ).case


def two_officers() -> list[list[str]]:
    """Ten times, an officer and the deputy file the same case, each by a form of their own."""
    officer, klass = by("duty_officer"), CaseClass.objects.get(code="lighting")
    officers = [officer, Actor.in_post(officer.post, by("area_lead").account)]

    def race(case: Case) -> list[str]:
        def act(number: int) -> str:
            own = Case.objects.select_related("procedure").get(pk=case.pk)
            filed = file_case(case=own, version=1, klass=klass, by=officers[number], at=NOW, action=uuid4())
            return filed.procedure.state

        return [*together(2, act), *story(case.pk)]

    return [race(new_case()) for _ in range(10)]


def one_report() -> list[str]:
    """One form, sent twenty times at once."""
    action, klass = uuid4(), CaseClass.objects.get(code="lighting")
    place = by("property_manager").post.place

    def act(_number: int) -> str:
        told = report_case(text=TEXT, source=Source.RESIDENT, by=None, at=NOW, action=action, klass=klass, place=place)
        return f"{told.case.procedure.number} {told.claim_code}"

    return together(20, act)


def one_move() -> list[str]:
    """One move, sent twenty times at once."""
    case, action = new_case(), uuid4()
    officer, klass = by("duty_officer"), CaseClass.objects.get(code="lighting")

    def act(_number: int) -> str:
        own = Case.objects.select_related("procedure").get(pk=case.pk)
        return file_case(case=own, version=1, klass=klass, by=officer, at=NOW, action=action).procedure.state

    return [*together(20, act), *story(case.pk)]


AT_ONCE = {"two-officers": two_officers, "one-report": one_report, "one-move": one_move}


# --- what is there


def story(procedure: UUID) -> list[str]:
    return list(Entry.objects.filter(procedure=procedure).order_by("seq").values_list("kind", flat=True))


def report() -> dict[str, object]:
    run = ImportRun.objects.get()
    walked = [uuid5(NAMESPACE, f"{number}.0") for number in range(WALKED)]
    cases = list(Action.objects.filter(pk__in=walked).values_list("procedure", flat=True))
    return {
        "run": [run.status, run.total, run.rows, run.taken, run.known, run.bad],
        "imported": Case.objects.exclude(import_key=None).count(),
        "bad": ImportRow.objects.count(),
        "stories": [story(case) for case in cases],
        "running clocks": Clock.objects.filter(procedure__in=cases, state="running").count(),
        "open assignments": Assignment.objects.filter(procedure__in=cases, open=True).count(),
        "messages": Outbox.objects.filter(procedure__in=cases).count(),
        "reported by API": dict(Case.objects.filter(text__startswith="API").values_list("text", "procedure__number")),
        "procedures without a case": Procedure.objects.filter(kind="case", case=None).count(),
        "jobs": list(
            Job.objects.exclude(unique="").filter(name="cases.import_messages").values_list("done_at", "dead_at")
        ),
        "findings": [f"{found.what} {found.procedure} {found.detail}" for found in audit.verify()],
    }


def web(port: int) -> None:
    from linli.site.web import serve

    serve(host="127.0.0.1", port=port, workers=1)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    match what:
        case "lay":
            lay()
        case "jobs":
            work()
        case "finish":
            finish()
        case "walk":
            walk(Path(rest[0]))
        case "web":
            web(int(rest[0]))
        case "at-once":
            say(json.dumps(AT_ONCE[rest[0]]()))
        case "report":
            say(json.dumps(report(), default=str))
