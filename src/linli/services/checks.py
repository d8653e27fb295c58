"""What the service hall can say of an installation's condition."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.doctor import Answer, check, look, well
from linli.services.models_queue import Hall


@check("hall", gettext_lazy("Service hall"))
def hall(_at: datetime) -> Answer:
    if not Hall.objects.exists():
        return look(
            _("No service hall is set up: nobody can take a ticket or book a time."),
            _("If there is a hall, the duty officer sets it up at /hall/setup/."),
        )
    return well(_("The hall has its counters and hours."))
