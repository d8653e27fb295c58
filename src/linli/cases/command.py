"""What `linli import messages FILE` does."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from linli.cases.domain.bad_rows import bad_rows, why_bad
from linli.cases.domain.importing import begin_import, continue_import, preview
from linli.cases.domain.rows import FIELDS, Reading, guess_columns
from linli.cases.domain.sheets import open_sheet
from linli.cases.models import ImportRun
from linli.core.errors import Invalid

SHOWN = 20  # bad rows; the pages have them all
EVERY, WIDTH = 0.2, 30  # seconds between two lines of progress, and their length
Say = Callable[..., object]


def import_messages(
    *, path: Path, mode: str, mapping: Mapping[str, str], zone: str, datum: str, all_or_none: bool, say: Say = print
) -> int:
    """Read the whole file, showing how far it is. Returns the exit status: 0 where it was taken."""
    try:
        with open_sheet(path) as sheet:
            guessed = guess_columns(sheet.heading)
        reading = Reading({**guessed, **mapping}, zone, datum)
        run = begin_import(path=path, name=path.name, reading=reading, mode=mode, all_or_none=all_or_none, at=now())
    except OSError as error:
        say(error)
        return 1
    except Invalid as told:
        _tell(told, say)
        return 1
    say("  ".join(f"{what} = {column}" for what, column in reading.columns.items() if column))
    if unknown := preview(run, reading, at=now()).unknown:
        say(_("No place is called so here:") + " " + ", ".join(unknown[:SHOWN]))
    began = perf_counter()
    done = continue_import(run, at=now(), step=_showing(run, say))
    _report(done, perf_counter() - began, say)
    return 0 if done.status == ImportRun.Status.DONE else 1


def _tell(told: Invalid, say: Say) -> None:
    for name, words in told.fields.items():
        say(f"{name}: {words}" if name in (*FIELDS, "zone", "datum") else words)


def _showing(run: ImportRun, say: Say) -> Callable[[], AbstractContextManager[None]]:
    """Transactions that show now and then how far the run is."""
    shown = perf_counter()

    def step() -> AbstractContextManager[None]:
        nonlocal shown
        if perf_counter() - shown > EVERY:
            shown = perf_counter()
            words = _("line {line} of {total}").format(line=run.position, total=run.total or "…")
            say(f"\r{words:<{WIDTH}}", end="", flush=True)
        return transaction.atomic()

    return step


def _report(run: ImportRun, seconds: float, say: Say) -> None:
    words = _("{rows} rows in {seconds} s: {taken} taken, {known} known already, {bad} bad")
    say("\r" + words.format(rows=run.rows, seconds=f"{seconds:.1f}", taken=run.taken, known=run.known, bad=run.bad))
    for row in bad_rows(run, most=SHOWN):
        say("  " + _("line {line}").format(line=row.line) + f": {why_bad(row)}")
    if run.error:
        say(run.get_error_display())
