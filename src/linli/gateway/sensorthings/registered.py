"""What stands in the register of devices is changed there, where it has a purpose, an owner and a story."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Refused
from linli.gateway.sensorthings.entities import Entity
from linli.gateway.sensorthings.schemas import is_of_catalogue
from linli.sensing.models import Device

LEADS = {
    "Things": "thing",
    "Locations": "thing__locations",
    "HistoricalLocations": "thing__historical_locations",
    "Datastreams": "thing__datastreams",
    "Sensors": "thing__datastreams__sensor",
    "ObservedProperties": "thing__datastreams__observed_property",
}
OPEN = frozenset({"name", "description", "properties"})


class InRegister(Refused):
    code = "registered"
    message = _("This belongs to a device in the register. Change it there.")


def is_registered(entity: Entity, row: Any) -> bool:
    """Whether a device of the register stands on this row, or Linli's own catalogue does."""
    if entity.plural == "ObservedProperties" and is_of_catalogue(row):
        return True
    lead = LEADS.get(entity.plural)
    return lead is not None and Device.objects.filter(**{lead: row.pk}).exists()


def check_not_registered(entity: Entity, row: Any) -> None:
    """Raises InRegister where it is."""
    if is_registered(entity, row):
        raise InRegister
