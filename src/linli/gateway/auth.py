"""Who may call an operation."""

from typing import Any

from django.http import HttpRequest
from ninja.security import SessionAuth


class Needs(SessionAuth):
    """Somebody signed in whose post has a permission; the session's cookie is held to the CSRF check."""

    def __init__(self, permission: str) -> None:
        super().__init__(csrf=True)
        self.permission = permission

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = request.user
        return user if user.is_authenticated and user.has_perm(self.permission) else None
