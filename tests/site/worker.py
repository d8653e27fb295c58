"""Processes that write while a backup is made, and say what an installation holds: `python -m tests.site.worker WHAT`.

lay      the neighbourhood, and some cases with files
write N  cases with files, some of them purged; each printed once it is there, until killed; the first anchors
daily    the backup that is made each day, by the worker of jobs
verify   the daily reading of all stories, with its lease renewed after each
facts    what the installation holds, as JSON
"""

import hashlib
import io
import json
import sys
import time
from datetime import timedelta
from itertools import count
from uuid import uuid4

import django
from PIL import Image

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from linli.cases.domain.report import report_case  # noqa: E402
from linli.cases.enums import Source  # noqa: E402
from linli.cases.models import Case, CaseClass  # noqa: E402
from linli.core import channels, files, jobs  # noqa: E402
from linli.core.models import File  # noqa: E402
from linli.people.models import Account  # noqa: E402
from linli.places.models import Place  # noqa: E402
from linli.procedures import jobs as procedures_jobs  # noqa: E402
from linli.procedures.domain import audit  # noqa: E402
from linli.procedures.models import Anchor, Verification  # noqa: E402
from tests.neighbourhood import NOW, build_street  # noqa: E402

LAID = 5


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def lay() -> None:
    call_command("migrate", verbosity=0)
    build_street()
    for _ in range(LAID):
        report_with_file()
    channels.post("sms", "13800138000", "", "您的报告已办结。", key="laid")
    audit.set_anchor(timezone.now())
    audit.export_anchors()


def report_with_file() -> Case:
    """A case with a picture of its own."""
    content = io.BytesIO()
    Image.effect_noise((200, 200), 60).save(content, "PNG")
    kept = files.store(content, name="a.png", procedure=None, audience="staff", at=timezone.now())
    klass, place = CaseClass.objects.get(code="lighting"), Place.objects.get(name="乐山六七村")
    told = report_case(
        text="三楼楼道灯不亮。", source=Source.RESIDENT, by=None, at=NOW, action=uuid4(), klass=klass, place=place
    )
    files.attach([kept.uuid], procedure=told.case.pk, audience="staff")
    return told.case


def write(which: int) -> None:
    for number in count():
        case = report_with_file()
        say(case.procedure.number)
        if number % 3 == 0:
            files.purge_all(case.pk)
            while jobs.work_once():
                continue
        if which == 0 and number % 2 == 0:  # only one process exports anchors
            audit.set_anchor(timezone.now() + timedelta(seconds=number))
            audit.export_anchors()


def facts() -> dict[str, object]:
    kept = {file: files.path_of(file) for file in File.objects.filter(purged_at=None)}
    purged = File.objects.exclude(purged_at=None)
    return {
        "numbers": sorted(Case.objects.values_list("procedure__number", flat=True)),
        "files": len(kept),
        "wrong files": [
            str(file.pk)
            for file, path in kept.items()
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256
        ],
        "purged files with content": [str(file.pk) for file in purged if files.path_of(file).exists()],
        "accounts": Account.objects.count(),
        "findings": [f"{found.what} {found.detail}" for found in audit.verify()],
        "anchors not exported": Anchor.objects.filter(exported_at=None).count(),
    }


def go_on() -> dict[str, object]:
    """Work in what was restored: one more case, one more anchor, and the proof of all."""
    report_with_file()
    audit.set_anchor(timezone.now() + timedelta(days=1))
    audit.export_anchors()
    return facts()


if __name__ == "__main__":
    match sys.argv[1]:
        case "lay":
            lay()
        case "write":
            write(int(sys.argv[2]))
        case "daily":
            jobs.enqueue("backup.make", at=timezone.now())
            while jobs.work_once():
                continue
        case "verify":
            procedures_jobs.RENEW = 1
            jobs.enqueue("procedures.verify", at=timezone.now())
            patience = time.monotonic() + 30  # on a crowded machine the first try may find the database busy
            while jobs.work_once() or (not Verification.objects.exists() and time.monotonic() < patience):
                time.sleep(0.05)
            say(json.dumps(list(Verification.objects.values_list("found", flat=True))))
        case "facts":
            say(json.dumps(facts()))
        case "go-on":
            say(json.dumps(go_on()))
