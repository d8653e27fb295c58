"""Photographs and documents of a petition: sent with it or added later, read by whoever has a part in it.

Each page that opens one asks first for the petition as its reader may see it: to whom the petition is closed, to them
its files are not there, whatever address they try.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.core import files
from linli.core.errors import Conflict, Invalid, NotFound, Refused
from linli.core.models import File
from linli.core.viewlog import note_reading
from linli.people.actors import Actor
from linli.petitions.models import Petition
from linli.petitions.models_attachments import Attachment
from linli.procedures.domain.move import first_time
from linli.procedures.domain.story import append_entry
from linli.procedures.enums import Audience
from linli.procedures.permissions import takes_part

MOST = 30  # of one petition
FIELD = "petition.attachment"  # as the log of views names it
NAME = "paper.file"  # what each is called: the name that somebody gave it may say who they are


def add_attachments(*, petition: Petition, uuids: Sequence[UUID], by: Actor, at: datetime, action: UUID) -> None:
    """Add stored files to a petition that is still open. A second call with the same action has no effect.

    Raises:
        Refused: neither its petitioner nor a post with a part in it.
        Conflict: it is over.
        Invalid: none was added, too many, or one is gone.
    """
    petitioner = by.party is not None and petition.procedure.parties.filter(pk=by.party).exists()
    if not petitioner and not takes_part()(by, petition.procedure):
        raise Refused
    if petition.procedure.closed is not None:
        raise Conflict(_("This petition is over. Nothing is added any more; a new one may take up what is new."))
    if not uuids:
        raise Invalid(_("Add a photo or a PDF."))
    with transaction.atomic():
        if not first_time(action, "attached", procedure=petition.procedure, by=by, at=at):
            return
        keep(petition, uuids, by_desk=not petitioner, at=at)
        append_entry(
            petition.procedure, "attached", by=by, at=at, says={"files": len(uuids)}, audience=Audience.PARTIES
        )


def keep(petition: Petition, uuids: Sequence[UUID], *, by_desk: bool, at: datetime) -> None:
    """Give stored files to a petition, in the caller's transaction.

    Raises:
        Invalid: more than one petition takes, or one of them is gone.
    """
    if Attachment.objects.filter(petition=petition).count() + len(uuids) > MOST:
        raise Invalid(_("One petition takes %(n)d files. Bring the rest to the petition desk.") % {"n": MOST})
    files.attach(uuids, procedure=petition.pk, audience=files.APART)
    Attachment.objects.bulk_create(
        Attachment(petition=petition, file_id=uuid, by_desk=by_desk, added_at=at) for uuid in uuids
    )


def attachments_of(petition: Petition) -> list[Attachment]:
    """The files of a petition, for who may read it. One statement."""
    return list(Attachment.objects.filter(petition=petition, file__purged_at=None).select_related("file"))


def file_of(petition: Petition, uuid: UUID) -> File:
    """One file of this petition, for who may read the petition.

    Raises:
        NotFound: it is none of this petition's.
    """
    row = Attachment.objects.filter(petition=petition, file=uuid, file__purged_at=None).select_related("file").first()
    if row is None:
        raise NotFound
    return row.file


def note_opened(petition: Petition, *, by: Actor, at: datetime) -> None:
    """Keep that a post reads the files of a petition; the petitioner, where known, can read that it did."""
    party = petition.procedure.parties.select_related("account").first()
    note_reading(
        field=FIELD, viewer=by.account, post_title=by.post.name if by.post else "",
        subject=party.account if party else None, procedure=petition.pk, reason=_("to handle the petition"), at=at,
    )  # fmt: skip


def erase_attachments(petition: UUID) -> None:
    """Forget the files of a petition."""
    Attachment.objects.filter(petition=petition).delete()
    files.purge_all(petition)
