"""What the petitions can say of an installation's condition."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.doctor import Answer, check, look, well
from linli.petitions.domain.office import office


@check("petition_desk", gettext_lazy("Petition desk"))
def desk(_at: datetime) -> Answer:
    """Letters and pages tell people where to come: an invented address sends them to the wrong house."""
    if office().example:
        return look(
            _("Where the petition desk is found is still the example, and people are told it."),
            _("Write your own address, hours and telephone at /petitions/office/."),
        )
    return well(_("The office has written down where its petition desk is found."))
