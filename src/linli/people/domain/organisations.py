"""Organisations: the branches on which posts sit."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid
from linli.people.actors import Actor
from linli.people.domain import acts
from linli.people.enums import OrganisationKind
from linli.people.models import Organisation
from linli.places.models import STEP, Place, path_step


def create_organisation(
    *,
    parent: Organisation | None,
    kind: OrganisationKind,
    name: str,
    name_en: str = "",
    place: Place,
    by: Actor,
    at: datetime,
) -> Organisation:
    """Put a new organisation under `parent`, or at the root.

    Raises:
        Invalid: the name is empty or taken.
        Refused: `place`, or that of `parent`, is outside the reach of the actor's post.
    """
    acts.require_reach(by=by, place=place)
    if parent is not None:
        acts.require_reach(by=by, place=parent.place)
    _check_name(name)
    with transaction.atomic():
        organisation = Organisation.objects.create(
            parent=parent, path=_next_path(parent), kind=kind, name=name, name_en=name_en, place=place
        )
        acts.record("organisation_created", target=name, detail=place.name, by=by, at=at)
    return organisation


def rename_organisation(
    *, organisation: Organisation, name: str, name_en: str, by: Actor, at: datetime
) -> Organisation:
    acts.require_reach(by=by, place=organisation.place)
    _check_name(name, other_than=organisation)
    before = organisation.name
    with transaction.atomic():
        organisation.name, organisation.name_en = name, name_en
        organisation.save(update_fields=["name", "name_en"])
        acts.record("organisation_renamed", target=before, detail=name, by=by, at=at)
    return organisation


def close_organisation(*, organisation: Organisation, by: Actor, at: datetime) -> Organisation:
    """Close an organisation that has no open post and no open organisation below it.

    Raises:
        Conflict: something in it is still open.
    """
    acts.require_reach(by=by, place=organisation.place)
    with transaction.atomic():
        if organisation.posts.filter(closed_at=None).exists() or organisation.children.filter(closed_at=None).exists():
            raise Conflict(_("Close the posts and the organisations inside it first."))
        organisation.closed_at = at
        organisation.save(update_fields=["closed_at"])
        acts.record("organisation_closed", target=organisation.name, by=by, at=at)
    return organisation


def _check_name(name: str, *, other_than: Organisation | None = None) -> None:
    if not name.strip():
        raise Invalid(fields={"name": _("Write the name.")})
    same = Organisation.objects.filter(name=name).first()
    if same is not None and same != other_than:
        raise Invalid(fields={"name": _("Another organisation has this name already.")})


def _next_path(parent: Organisation | None) -> str:
    """The parent's path and four characters after those of its last child, in byte order."""
    if parent is not None:
        Organisation.objects.select_for_update().get(pk=parent.pk)
    last = Organisation.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True).first()
    number = int(last[-STEP:], 36) + 1 if last else 0
    if number == 36**STEP:
        raise Invalid(_("This branch is full."))
    return (parent.path if parent else "") + path_step(number)
