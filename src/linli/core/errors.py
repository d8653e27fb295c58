"""What the domain says when it cannot do what it was asked. One middleware turns these into pages and problem+json."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Base of all: `code` names the problem for machines, `message` tells a person what to do."""

    status = 400
    code = "error"
    message: Any = _("Something was not right. Please check and try again.")

    def __init__(self, message: Any = None, *, code: str | None = None, **facts: Any) -> None:
        self.message = message or self.message
        self.code = code or self.code
        self.facts: Mapping[str, Any] = facts
        super().__init__(str(self.code))


class Invalid(DomainError):
    """A value is missing or wrong. `fields` says which, with a message each."""

    status = 422
    code = "invalid"

    def __init__(self, message: Any = None, *, fields: Mapping[str, Any] | None = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.fields = dict(fields or {})


class Refused(DomainError):
    """This person, in this post, may not do that."""

    status = 403
    code = "refused"
    message = _("This post may not do that. Ask the duty officer who can.")


class SignInAgain(DomainError):
    """Nobody is signed in any more. What was written stands on the page."""

    status = 401
    code = "sign-in"
    message = _(
        "You were signed out. What you wrote stands below: sign in, open the page again, and send it once more."
    )


class NotFound(DomainError):
    """It does not exist, or this person may not know that it does."""

    status = 404
    code = "not-found"
    message = _("Check the address or the number.")


class NotReady(NotFound):
    """The office lacks what this needs: whoever would have it. No fault of the person who asked."""

    status = 503
    code = "not-ready"
    title = _("This office is not ready for that yet")
    message = _(
        "This office has no duty officer in Linli yet, so nothing can be taken in here. Please ring 12345; in danger "
        "ring 110, 119 or 120. For the administrator: make the duty officer's post under “People and posts”."
    )


class Conflict(DomainError):
    """Somebody else was first. `facts["current"]` says how things stand now."""

    status = 409
    code = "conflict"
    message = _("It has moved on since you opened it. Look at it as it stands now.")

    @property
    def current(self) -> Any:
        return self.facts.get("current")


class TooLarge(DomainError):
    status = 413
    code = "too-large"
    message = _("Choose a smaller file, or take the photo at a lower setting.")


class TooMany(DomainError):
    """Asked too often. `facts["after"]` is the number of seconds to wait."""

    status = 429
    code = "too-many"
    message = _("Please wait a little and try again.")


class Busy(DomainError):
    status = 503
    code = "busy"
    message = _("Nothing is lost: please try again in a few seconds.")
