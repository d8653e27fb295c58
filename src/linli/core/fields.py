"""Fields that mean the same on both databases."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class PathField(models.CharField):
    """A path in a tree. It is compared byte by byte, so that `path >= p AND path < p || '~'` is a subtree everywhere.

    SQLite compares so by default; PostgreSQL follows the database's locale, in most of which `~` stands before letters.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        collation = "C" if connection.vendor == "postgresql" else None
        return super().db_parameters(connection) | {"collation": collation}
