"""PDF files that people send: made anew page by page in a process of its own (`pdf_child`), or refused with a word.

The reader of the PDF never runs in a web process, so that a file made to hang it or to fill the memory costs its sender
a refusal and nobody else anything.
"""

import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, TooLarge

PAGES_MOST = 40
SECONDS = 20  # by the clock on the wall; the process itself has less by its own
LOCKED, TOO_MANY = 3, 4  # as pdf_child ends
CHILD = Path(__file__).with_name("pdf_child.py")

DAMAGED = _("This PDF is damaged or made in an unusual way. Print it to PDF anew, or send photos of its pages.")
HEAVY = _("There is too much in this PDF to look through it. Send photos of its pages.")


def remake_pdf(data: bytes) -> bytes:
    """The same pages without scripts, actions, embedded files, and what cameras and programs wrote into it.

    Raises:
        TooLarge: more than 40 pages, or more in it than may be unpacked.  Invalid: damaged, or locked by a password.
    """
    try:
        done = subprocess.run(  # noqa: S603  our own program, no word of it from outside
            [sys.executable, "-I", str(CHILD), str(PAGES_MOST)], input=data, capture_output=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise TooLarge(HEAVY) from late
    if done.returncode == 0:
        return done.stdout
    if done.returncode == LOCKED:
        raise Invalid(_("This PDF is locked by a password. Save it without one, or send photos of its pages."))
    if done.returncode == TOO_MANY:
        raise TooLarge(_("This PDF has more than 40 pages. Send only the pages that are asked for."))
    if done.returncode < 0 or b"MemoryError" in done.stderr or b"LimitReachedError" in done.stderr:
        raise TooLarge(HEAVY)
    raise Invalid(DAMAGED)
