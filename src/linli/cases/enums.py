"""Where a case comes from, who may read of it, and how it was judged."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    RESIDENT = "resident", _("resident")
    HOTLINE = "hotline", _("hotline")
    PATROL = "patrol", _("patrol")
    VOLUNTEER = "volunteer", _("volunteer")
    GRID_WORKER = "grid_worker", _("grid worker")
    SENSOR = "sensor", _("sensor")
    WINDOW = "window", _("service window")
    PETITION_DESK = "petition_desk", _("petition desk")
    OUTSIDE = "outside", _("another system")


class Grade(models.TextChoices):
    """How much a case presses; each grade has time limits of its own."""

    ORDINARY = "ordinary", _("ordinary")
    URGENT = "urgent", _("urgent")


class Hotline(models.TextChoices):
    """What kind of matter the hotline passed on; each kind has a time limit in the lawbook (DOMAIN 2.15, local)."""

    CONSULT = "consult", _("question or suggestion")
    REVIEW = "review", _("supervised, or sent back")
    HELP = "help", _("help or complaint")
    COMPLEX = "complex", _("complex, with approval")


class Share(models.TextChoices):
    """Whether a body answers for a class, or helps who does."""

    LEAD = "lead", _("answers for it")
    HELPER = "helper", _("helps")


class Publicity(models.TextChoices):
    """What the public may see of a class."""

    PUBLIC = "public", _("each case: class, place, state and dates")
    ESTATE = "estate", _("numbers for each estate only")
    NEVER = "never", _("nothing")


class Satisfaction(models.IntegerChoices):
    """The five grades of the good-or-bad review (DOMAIN 2.15). Not satisfied and below count as bad."""

    VERY_SATISFIED = 5, _("very satisfied")
    SATISFIED = 4, _("satisfied")
    FAIR = 3, _("fairly satisfied")
    DISSATISFIED = 2, _("dissatisfied")
    VERY_DISSATISFIED = 1, _("very dissatisfied")


class Flaw(models.TextChoices):
    """Why a row of a file cannot be taken; what it is about stands for the braces."""

    NO_TEXT = "no_text", _("There is no text.")
    NO_TIME = "no_time", _("There is no time.")
    NOT_A_TIME = "not_a_time", _("“{about}” is not a time. Write 2026-11-25 17:00.")
    NOT_PAST = "not_past", _("“{about}” lies in the future, or before 1970.")
    CLOSED_FIRST = "closed_first", _("It was closed before it was opened: {about}.")
    NOT_A_POSITION = "not_a_position", _("“{about}” is not a position. Write degrees such as 121.437 and 31.195.")
    TOO_MANY_CELLS = "too_many_cells", _("It has more cells than the heading. Put quotation marks round its text.")
    CELL_TOO_LONG = "cell_too_long", _("A cell is longer than 32,767 characters. Is a quotation mark missing?")
    OPEN_QUOTE = "open_quote", _("A quotation mark opens here and is closed nowhere.")
    UNREADABLE = "unreadable", _("Some characters cannot be read. Save the file as UTF-8.")
    TOO_MANY_ROWS = "too_many_rows", _("The file ends here: it has more than 500,000 rows. Split it.")
