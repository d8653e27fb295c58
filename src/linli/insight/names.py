"""What each measure is called above the list of its cases."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.cases.enums import Satisfaction

MEASURE_NAMES: dict[str, Any] = {
    "reported": _("Reports received"),
    "filed": _("Reports taken up as a case"),
    "invalid": _("Reports that turned out void"),
    "answered": _("Reports whose reporter had a word from us"),
    "due": _("Cases due"),
    "handled": _("Cases due whose work is handed in"),
    "handed_in": _("Cases due whose work was handed in at least once"),
    "reworked": _("Cases due that were sent back"),
    "closed": _("Cases due that are closed"),
    "in_time": _("Cases closed in time"),
    "late": _("Cases overdue and not handled"),
    "right_first": _("Cases sent right at once"),
    "finished": _("Cases due that were closed at least once"),
    "reopened": _("Cases that were reopened"),
    "rated": _("Cases that their reporter rated"),
    "content": _("Cases rated fairly satisfied or better"),
    **{f"grade_{grade}": grade.label for grade in Satisfaction},
}
