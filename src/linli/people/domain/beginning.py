"""How an office begins: its place, the street office, the administrator's post, and the invitation to it.

Done once, from the server's command line, for nobody can be signed in yet. Everything else is done on pages.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid
from linli.core.installation import set_installation
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.domain.demo import is_demo
from linli.people.domain.invitations import invite, invite_back
from linli.people.domain.keys import has_second_key
from linli.people.domain.organisations import create_organisation
from linli.people.domain.posts import create_post
from linli.people.domain.queries import held_at
from linli.people.enums import OrganisationKind, Role
from linli.people.models import Account, Holding, Invitation, Organisation, Post
from linli.places.domain.queries import governed_path
from linli.places.domain.tree import create_place
from linli.places.models import Kind, Place

BY = Actor.named("command")
POST, POST_EN = "系统管理员", "Administrator"


@dataclass(frozen=True)
class Named:
    """What somebody says of a place: its name, its name in English and its official code."""

    name: str = ""
    name_en: str = ""
    code: str = ""


@dataclass(frozen=True)
class Standing:
    """How far the office has come.

    invitation: the newest one to the administrator's post.  account: who came, before all others one who can sign in.
    """

    post: Post
    account: Account | None
    invitation: Invitation | None

    def is_open(self, at: datetime) -> bool:
        """Whether the newest link still leads in."""
        return self.invitation is not None and self.invitation.used_at is None and self.invitation.expires_at > at


def standing(at: datetime) -> Standing | None:
    """The administrator's post of this office and who has it; none where the office has not begun."""
    path = governed_path()
    posts = Post.objects.filter(role=Role.ADMINISTRATOR, closed_at=None, place__path__startswith=path).order_by("pk")
    post = posts.select_related("organisation", "place").first() if path else None
    if post is None:
        return None
    held = Holding.objects.filter(held_at(at), post__in=posts, account__is_active=True).select_related("account")
    accounts = sorted((holding.account for holding in held), key=lambda one: (not has_second_key(account=one), one.pk))
    invitation = Invitation.objects.filter(post=post).order_by("pk").last()
    return Standing(post, accounts[0] if accounts else None, invitation)


def begin(
    *, district: Named, street: Named, office: Named, name: str, email: str, at: datetime
) -> tuple[Standing, str]:
    """Make all that the first administrator needs. How the office stands, and the secret of the invitation's link.

    district, street: what to make where the tree is empty; otherwise the street of this name or code is taken, or the
    only one.  office: what the street office is called, if not by the street's name.

    Raises:
        Conflict: this is a demonstration, or the office has begun already.
        Invalid: by field, what is missing or fits nothing in the tree.
    """
    refuse_demo()
    if standing(at) is not None:
        raise Conflict(_("This office has begun already."))
    _check_email(email)
    with transaction.atomic():
        place = _street(district, street, at)
        set_installation(name=place.name, name_en=place.name_en, root_path=place.path, demo=False)
        organisation = _office(place, office, at)
        post = create_post(
            organisation=organisation, role=Role.ADMINISTRATOR, place=place, name=POST, name_en=POST_EN, by=BY, at=at
        )
        token = invite(post=post, name=name, email=email, by=BY, at=at)
    return Standing(post, None, Invitation.objects.filter(post=post).last()), token


def invite_again(*, email: str, at: datetime) -> tuple[Standing, str]:
    """A new link for the first administrator, who never came in; the earlier one ends.

    Whoever opened the link and was interrupted before a passkey or an app was set is let in once more.

    Raises:
        Conflict: this is a demonstration, the office has not begun, or an administrator can sign in.
    """
    refuse_demo()
    found = standing(at)
    if found is None:
        raise Conflict(_("This office has not begun."))
    refuse_signed_in(found)
    with transaction.atomic():
        if found.account is not None:
            return found, invite_back(account=found.account, by=BY, at=at)
        before = found.invitation
        address = email or (before.email if before else "")
        _check_email(address)
        Invitation.objects.filter(post=found.post, used_at=None, expires_at__gt=at).update(expires_at=at)
        token = invite(post=found.post, name=before.name if before else "", email=address, by=BY, at=at)
    return Standing(found.post, None, Invitation.objects.filter(post=found.post).last()), token


def refuse_demo() -> None:
    if is_demo():
        raise Conflict(_("This is a demonstration, and stays one. Name another folder in LINLI_DATA."))


def refuse_signed_in(found: Standing) -> None:
    """An administrator with a key of their own invites others on the pages, and nobody else may from here."""
    if found.account is not None and has_second_key(account=found.account):
        raise Conflict(
            _("This office has an administrator who has signed in. Whoever else is needed is invited at /people/.")
        )


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        words = _("Give the e-mail address of the first administrator: they sign in with it.")
        raise Invalid(fields={"email": words}) from error


def _street(district: Named, street: Named, at: datetime) -> Place:
    """The place that this office governs, from the tree or made."""
    known = list(Place.objects.filter(kind=Kind.SUBDISTRICT, retired_at=None).order_by("path"))
    governed = next((place for place in known if place.path == governed_path()), None)
    if governed is not None:
        return governed
    if known:
        return _chosen(known, street, "street")
    if not street.name:
        raise Invalid(fields={"street": _("There is no street yet. Say what it is called, and its district.")})
    return _made(_district(district, at), Kind.SUBDISTRICT, street, at)


def _district(said: Named, at: datetime) -> Place:
    known = list(Place.objects.filter(kind=Kind.DISTRICT, retired_at=None).order_by("path"))
    if known:
        return _chosen(known, said, "district")
    if not said.name:
        raise Invalid(fields={"district": _("There is no district yet. Say what it is called.")})
    return _made(None, Kind.DISTRICT, said, at)


def _chosen(known: list[Place], said: Named, field: str) -> Place:
    """The place of that name or code; the only one, where nothing was said."""
    names = {said.name, said.name_en, said.code} - {""}
    fitting = [place for place in known if not names or names & {place.name, place.name_en, place.code}]
    if len(fitting) != 1:
        words = _("Choose one by its name or code: %(places)s.") % {
            "places": ", ".join(f"{place.name} {place.code}".strip() for place in known)
        }
        raise Invalid(fields={field: words})
    return fitting[0]


def _made(parent: Place | None, kind: Kind, said: Named, at: datetime) -> Place:
    place = create_place(parent=parent, kind=kind, name=said.name, name_en=said.name_en, code=said.code)
    acts.record("place_added", target=place.name, detail=kind.label, by=BY, at=at)
    return place


def _office(place: Place, said: Named, at: datetime) -> Organisation:
    """The street office: one that is there already, or made and called as was said or by its place."""
    kind = OrganisationKind.STREET_OFFICE
    there = Organisation.objects.filter(kind=kind, place=place, closed_at=None).order_by("pk").first()
    if there is not None:
        return there
    name_en = said.name_en or (f"{place.name_en} Office" if place.name_en else "")
    name = said.name or f"{place.name}办事处"
    return create_organisation(parent=None, kind=kind, name=name, name_en=name_en, place=place, by=BY, at=at)
