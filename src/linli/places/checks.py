"""What the tree of places can say of an installation's condition: whether people can say where something is."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.doctor import Answer, check, look, well
from linli.places.domain.queries import governed_path
from linli.places.models import Kind, Place

NEEDED = (Kind.COMMITTEE, Kind.CELL, Kind.ESTATE, Kind.BUILDING)


@check("places", gettext_lazy("Places"))
def places(_at: datetime) -> Answer:
    inside = Place.objects.below(governed_path()).filter(retired_at=None, kind__in=NEEDED)
    there = set(inside.values_list("kind", flat=True).distinct())
    missing = [kind.label for kind in NEEDED if kind not in there]
    if missing:
        return look(
            _("Of these the tree of places has none: %(kinds)s.") % {"kinds": ", ".join(map(str, missing))},
            _("Bring them in at /places/import/, or add them one by one at /places/."),
        )
    return well(_("There are committees, grid cells, estates and buildings."))
