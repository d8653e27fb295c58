"""What an office begins from: the items of the service hall, each to be checked by the office."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.core.starters import starters
from linli.services.domain.catalogue import load_starter_items, starter
from linli.services.models import Item


def missing_items() -> int:
    known = set(Item.objects.values_list("code", flat=True))
    return sum(row["code"] not in known for row in starter()["item"])


def load_items(at: datetime) -> int:
    return load_starter_items(at=at)


starters("services.items", _("items of the service hall"), missing=missing_items, load=load_items)
