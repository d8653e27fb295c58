"""What is wrong with a request, as SensorThings answers it: 400 where Linli's other doors say 422."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.errors import DomainError


class BadRequest(DomainError):
    """The address, the query or the body says something that the standard does not know."""

    status = 400
    code = "bad-request"
    message = _("We could not read that. Compare it with the standard SensorThings 1.1.")


class WrongMethod(DomainError):
    """This address does not answer that method."""

    status = 405
    code = "wrong-method"
    message = _("This address does not take that method.")

    def __init__(self, *allowed: str) -> None:
        super().__init__(allow=", ".join(allowed))


class NotSignedIn(DomainError):
    status = 401
    code = "sign-in"
    message = _("Send an operator's token, or sign in.")


def malformed(where: str, said: object, message: Any) -> BadRequest:
    """`message` about `said`, a piece of the query or body, shortened; `where` names the option or property."""
    return BadRequest(message, at=where, said=str(said)[:80])
