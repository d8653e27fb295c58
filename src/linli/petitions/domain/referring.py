"""A matter from another procedure becomes a petition: the desk gets it as a visit, with what was written for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.people.actors import Actor
from linli.petitions.domain.opening import MATTER_MOST, open_petition
from linli.petitions.enums import Channel, Field, PetitionClass
from linli.procedures.enums import PartyKind
from linli.procedures.models import Procedure
from linli.procedures.registry import kind_of


def start(*, origin: Procedure, by: Actor, at: datetime, action: UUID, says: Mapping[str, Any]) -> Procedure:
    """Open a petition for what came up in another procedure; its reporter, where signed in, finds the way to it.

    says: `text`, and where known `class`, `channel`, `field`.
    """
    party = origin.parties.filter(kind__in=(PartyKind.REPORTER, PartyKind.PETITIONER), account__isnull=False).first()
    opened = open_petition(
        klass=says.get("class", PetitionClass.REQUEST), channel=says.get("channel", Channel.VISIT),
        field=says.get("field", Field.OTHER), text=says["text"], place=origin.place,
        matter=_("handed on: %(kind)s") % {"kind": str(kind_of(origin.kind).label)[:MATTER_MOST - 20]},
        account=party.account if party else None, by=by, at=at, action=action,
    )  # fmt: skip
    return opened.petition.procedure
