"""Letters to petitioners: what each says is kept sealed; its words are made when somebody reads or prints it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson

from linli.core.errors import NotFound
from linli.core.sealed import seal, unseal
from linli.people.actors import Actor
from linli.petitions.models import Letter, Petition

CONTENT_FIELD = "petition.letter"


def write_letter(
    petition: Petition, form: str, content: Mapping[str, Any], *, by: Actor, at: datetime, action: UUID
) -> Letter:
    """Keep a letter, in the transaction of the move that it tells of. One for each form and action.

    content: what differs from one letter of a form to the next, as plain values; instants as ISO.
    """
    assert by.post is not None
    letter = Letter(
        uuid=uuid5(action, form), petition=petition, form=form, post=by.post, account=by.account, issued_at=at
    )
    said = {**content, "organ": by.post.organisation.name, "organ_en": by.post.organisation.name_en}
    letter.content_sealed = seal(orjson.dumps(said).decode(), row=letter.uuid, field=CONTENT_FIELD)
    letter.save(force_insert=True)
    return letter


def content_of(letter: Letter) -> dict[str, Any]:
    """What a letter says. For whoever may read the petition."""
    found: dict[str, Any] = orjson.loads(unseal(letter.content_sealed, row=letter.uuid, field=CONTENT_FIELD))
    return found


def letter_of(petition: Petition, uuid: UUID) -> Letter:
    """One letter of a petition.

    Raises:
        NotFound: it belongs to another, or there is none.
    """
    found = Letter.objects.filter(petition=petition, pk=uuid).select_related("post__organisation").first()
    if found is None:
        raise NotFound
    return found


def delivered(petition: Petition, forms: tuple[str, ...], at: datetime) -> None:
    """The newest letter of these forms reached the petitioner."""
    newest = Letter.objects.filter(petition=petition, form__in=forms).order_by("-issued_at").first()
    if newest is not None:
        Letter.objects.filter(pk=newest.pk, delivered_at=None).update(delivered_at=at)
