"""Where one can go from every page. Apps offer their items from `AppConfig.ready`; core only shows them."""

from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext_lazy

Area = Literal["public", "staff", "footer"]

# Whoever may go to many places finds them under headings; which, the `order` of an item says: from this one on.
HEADINGS = (
    (11, pgettext_lazy("navigation", "Counters")),
    (25, pgettext_lazy("navigation", "Devices and map")),
    (40, pgettext_lazy("navigation", "Figures")),
    (60, pgettext_lazy("navigation", "Office")),
)
FEW = 12  # links are read at a glance without


@dataclass(frozen=True)
class Item:
    """One link: `view` is a URL name; `needs` a permission, or "" for everybody; small `order` stands first."""

    label: Any
    view: str
    area: Area = "public"
    needs: str = ""
    icon: str = ""
    order: int = 50


@dataclass(frozen=True)
class Link:
    label: Any
    url: str
    icon: str
    current: bool
    heading: Any = ""


_items: dict[tuple[Area, str], Item] = {}


def offer(item: Item) -> None:
    """Put an item into the navigation; the same view offered again takes the place of the first."""
    _items[item.area, item.view] = item


def links(request: HttpRequest, area: Area) -> list[Link]:
    """What this person may open in an area, in order. The longest address that starts the path is current."""
    items = sorted((item for item in _items.values() if item.area == area), key=lambda item: item.order)
    shown = [(item, reverse(item.view)) for item in items if not item.needs or request.user.has_perm(item.needs)]
    here = max((url for _, url in shown if _leads_to(url, request.path)), key=len, default="")
    many = area == "staff" and len(shown) > FEW
    return [Link(item.label, url, item.icon, url == here, _heading(item.order) if many else "") for item, url in shown]


def _heading(order: int) -> Any:
    return next((heading for first, heading in reversed(HEADINGS) if order >= first), "")


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
