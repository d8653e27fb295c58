"""Opening a sealed field is one act with writing down who did it, and why."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid
from linli.core.models import ViewLog
from linli.core.sealed import unseal

DAY = timedelta(days=1)


def open_sealed(
    value: bytes | memoryview,
    *,
    row: UUID | int | str,
    field: str,
    viewer: Any,
    post_title: str,
    subject: Any,
    procedure: UUID | None,
    reason: str,
    at: datetime,
) -> str:
    """Open what was sealed for `field` of `row`, and keep that `viewer` did.

    viewer, subject: accounts, the one who reads and the one whose it is (None where that person has none).
    Raises:
        Invalid: no reason was given.  CannotOpen: it was altered or moved, or its key is gone; nothing is kept then.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say what you need it for. The person can read this.")})
    with transaction.atomic():
        ViewLog.objects.create(
            viewer=viewer,
            post_title=post_title,
            subject=subject,
            procedure=procedure,
            field=field,
            reason=reason.strip()[:200],
            at=at,
        )
        return unseal(value, row=row, field=field)


def note_reading(
    *, field: str, viewer: Any, post_title: str, subject: Any, procedure: UUID, reason: str, at: datetime
) -> None:
    """Keep that somebody reads the papers of a procedure: once a day, however many pages of them are opened."""
    since = at - DAY
    rows = ViewLog.objects.filter(viewer=viewer, procedure=procedure, field=field, at__gt=since)
    if not rows.exists():
        ViewLog.objects.create(
            viewer=viewer, post_title=post_title, subject=subject, procedure=procedure, field=field,
            reason=reason[:200], at=at,
        )  # fmt: skip
