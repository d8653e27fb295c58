"""Photographs that a form brings, kept until a verb attaches them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.core import files


def store_photos(uploads: Iterable[Any], at: datetime) -> list[UUID]:
    """Keep each upload as nobody's file yet. Raises Invalid or TooLarge where one cannot be taken."""
    return [
        files.store(upload, name=upload.name or "", procedure=None, audience="staff", at=at).uuid for upload in uploads
    ]
