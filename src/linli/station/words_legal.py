"""What the lines of a legal question's story are called."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SAID: dict[str, Any] = {
    "asked": pgettext_lazy("legal question", "Asked"),
    "take": _("The studio looks into it"),
    "hand_over": _("Handed to another post of the studio"),
    "answer": pgettext_lazy("legal question", "Answered"),
    "ask_on": _("Asked on"),
    "apply_aid": _("Legal aid applied for"),
    "grant_aid": _("Legal aid given"),
    "refuse_aid": _("Legal aid refused"),
    "appoint": _("A lawyer is named"),
    "close": pgettext_lazy("legal question", "Closed"),
    "withdraw": pgettext_lazy("legal question", "Taken back"),
    "amber": _("Three quarters of the time have run"),
    "missed": _("The time is over"),
    "reassigned": _("Passed on to another post"),
    "contact_removed": _("The contact was removed"),
    "purged": _("Forgotten"),
}
