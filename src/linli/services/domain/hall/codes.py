"""The code by which whoever booked or took a ticket finds it again. Only its hash is kept."""

from uuid import UUID

from linli.cases.domain.report import claim_code
from linli.core.sealed import keyed_hash


def code_of(action: UUID) -> str:
    """Ten characters without look-alikes, the same however often one form is sent."""
    return claim_code(action)


def hash_of(code: str) -> str:
    """The hash of a code as somebody types it: blanks, hyphens and small letters do not matter."""
    plain = "".join(code.split()).replace("-", "").upper()
    return keyed_hash(plain, purpose="hall")
