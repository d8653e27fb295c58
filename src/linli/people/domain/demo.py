"""The demonstration's sign-in cards: one for each kind of user, only on a marked database and only on this machine."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _

from linli.core.errors import NotFound
from linli.core.models import Installation
from linli.people.domain.queries import held_at
from linli.people.models import Account, Holding


@dataclass(frozen=True)
class Card:
    """Who one can be in the demonstration, and what that person does."""

    key: str
    title: Any
    does: Any


CARDS = (
    Card("resident", _("Resident"), _("reports what is broken and hears what became of it")),
    Card("grid_worker", _("Grid worker"), _("walks a grid cell, reports and checks what was done")),
    Card("area_lead", _("Area lead"), _("sees the whole area and what is late")),
    Card("duty_officer", _("Duty officer"), _("files reports and sends them to whoever must act")),
    Card("department_handler", _("Department handler"), _("handles what belongs to a government department")),
    Card("property_manager", _("Property manager"), _("repairs what belongs to the estate")),
    Card("committee_secretary", _("Committee secretary"), _("keeps an eye on one residents' committee")),
    Card("mediator", _("Mediator"), _("settles disputes between neighbours")),
    Card("petition_clerk", _("Petition clerk"), _("receives petitions and keeps their time limits")),
    Card("window_clerk", _("Service-window clerk"), _("helps at the counter, and reports for those who cannot")),
    Card("volunteer_captain", _("Volunteer captain"), _("leads a team of volunteers")),
    Card("owners_chair", _("Owners'-committee chair"), _("speaks for the owners of an estate")),
    Card("project_lead", _("Project lead"), _("leads renewal projects")),
    Card("police_liaison", _("Police liaison"), _("sees only what was passed on to the police")),
    Card("auditor", _("Auditor"), _("reads every story that is not sealed, and proves it")),
    Card("administrator", _("Administrator"), _("makes organisations and posts, and invites people")),
    Card("outsider", _("Outsider"), _("works for the next street and may do nothing here")),
)


@dataclass(frozen=True)
class ShownCard:
    """A card and who stands behind it; `post` is empty for a resident."""

    card: Card
    name: str
    post: str


class DemoNotLocal(RuntimeError):
    """A database with the demonstration's mark was about to be served to others."""


def is_demo() -> bool:
    return Installation.objects.filter(demo=True).exists()


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine alone. A name but localhost is not: it may point anywhere."""
    bare = host.strip("[]")
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return bare == "localhost"


def check_startup(host: str) -> None:
    """Call before serving on `host`: a database whose accounts open without a key is served to this machine alone.

    Raises:
        DemoNotLocal: the database carries the demonstration's mark and `host` is not loopback.
    """
    if is_demo() and not is_loopback(host):
        raise DemoNotLocal(
            f"This database is a demonstration: its accounts open without a password, so it is not served on {host}. "
            "Serve it on 127.0.0.1, or use another data folder (LINLI_DATA)."
        )


def asked_from_here(headers: dict[str, Any]) -> bool:
    """Whether a request came straight from this machine, by its WSGI variables: peer and host loopback, no proxy."""
    forwarded = any(name.startswith("HTTP_X_FORWARDED") or name == "HTTP_FORWARDED" for name in headers)
    host, _port = split_domain_port(headers.get("HTTP_HOST", "localhost"))
    return not forwarded and is_loopback(headers.get("REMOTE_ADDR", "")) and is_loopback(host)


def shown_cards(*, at: datetime) -> list[ShownCard]:
    """The cards that somebody stands behind, in their fixed order. Two queries."""
    accounts = {account.demo_card: account for account in _with_card().order_by("-pk")}
    titles: dict[int, str] = {}
    for holding in Holding.objects.filter(held_at(at), account__in=accounts.values()).select_related("post"):
        titles.setdefault(holding.account_id, holding.post.title)
    return [
        ShownCard(card, accounts[card.key].name, titles.get(accounts[card.key].pk, ""))
        for card in CARDS
        if card.key in accounts
    ]


def account_of_card(key: str) -> Account:
    """The account behind a card.

    Raises:
        NotFound: no such card, or not a demonstration.
    """
    account = _with_card().filter(demo_card=key).order_by("pk").first()
    if account is None or not is_demo():
        raise NotFound
    return account


def _with_card() -> QuerySet[Account]:
    return Account.objects.filter(is_active=True).exclude(demo_card="")
