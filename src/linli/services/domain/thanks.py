"""Thanks as feedback: kept with the matter, shown to everybody only where the writer agreed and staff released it."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.people.actors import Actor
from linli.procedures.enums import PartyKind
from linli.procedures.models import Procedure
from linli.procedures.permissions import is_party, takes_part
from linli.services.models_assistance import Thanks

MOST = 500
SHOWN = 50


def write_thanks(*, procedure: Procedure, text: str, public: bool, by: Actor, at: datetime) -> Thanks:
    """A note of thanks from the person, or written down by a post that has a part in the matter.

    public: whether the writer agrees that it may be shown, without a name.

    Raises:
        Refused: somebody else.  Invalid: no text.  Conflict: there is a note already.
    """
    if not (is_party(PartyKind.PETITIONER)(by, procedure) or takes_part()(by, procedure)):
        raise Refused
    if not text.strip() or len(text) > MOST:
        raise Invalid(fields={"text": _("Write a line or two, at most 500 characters, without names.")})
    try:
        with transaction.atomic():
            return Thanks.objects.create(
                procedure=procedure, text=text.strip(), at=at, public_since=at if public else None
            )
    except IntegrityError as error:
        raise Conflict(_("There is a note already. Thank you.")) from error


def release_thanks(*, thanks: Thanks, by: Actor, at: datetime) -> Thanks:
    """Staff have read it: it names nobody, and may be shown.

    Raises:
        Refused: no part in the matter.  Conflict: the writer did not agree, or took it back.
    """
    if not takes_part()(by, thanks.procedure):
        raise Refused
    changed = Thanks.objects.filter(pk=thanks.pk, released_at=None, public_since__isnull=False).update(
        released_at=at, released_by=by.post
    )
    if not changed:
        raise Conflict
    thanks.refresh_from_db()
    return thanks


def take_back(*, procedure: Procedure, by: Actor) -> None:
    """The writer no longer wants it shown, in one step. The note itself stays with the matter. Raises Refused."""
    if not is_party(PartyKind.PETITIONER)(by, procedure):
        raise Refused
    Thanks.objects.filter(procedure=procedure).update(public_since=None, released_at=None, released_by=None)


def thanks_of(procedure: Procedure) -> Thanks | None:
    return Thanks.objects.filter(procedure=procedure).first()


def one_thanks(key: UUID) -> Thanks:
    """Raises NotFound."""
    found = Thanks.objects.filter(pk=key).select_related("procedure").first()
    if found is None:
        raise NotFound
    return found


def shown() -> list[tuple[str, datetime]]:
    """What everybody may read, the newest first: the words and when they were written. One statement."""
    found = Thanks.objects.filter(public_since__isnull=False, released_at__isnull=False).order_by("-at")
    return list(found.values_list("text", "at")[:SHOWN])
