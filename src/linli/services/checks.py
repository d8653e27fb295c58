"""What the service hall can say of an installation's condition."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.core.doctor import Answer, check, look, well
from linli.services.models import Item
from linli.services.models_queue import Hall


@check("hall", gettext_lazy("Service hall"))
def hall(_at: datetime) -> Answer:
    if not Hall.objects.exists():
        return look(
            _("No service hall is set up: nobody can take a ticket or book a time."),
            _("If there is a hall, the duty officer sets it up at /hall/setup/."),
        )
    return well(_("The hall has its counters and hours."))


@check("items", gettext_lazy("Items of the service hall"))
def items(_at: datetime) -> Answer:
    unchecked = Item.objects.filter(confirmed=False, retired_at=None).count()
    if unchecked:
        words = ngettext(
            "%(n)s item came with Linli and was checked by nobody here.",
            "%(n)s items came with Linli and were checked by nobody here.",
            unchecked,
        )
        return look(words % {"n": unchecked}, _("Look through them at /services/items/, and confirm or withdraw each."))
    return well(_("Every item that is offered was checked by the office."))
