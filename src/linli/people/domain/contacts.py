"""A telephone number or an e-mail address, as people write it and as it is kept."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from linli.core.errors import Invalid

MOBILE = re.compile(r"1[3-9]\d{9}")
NOISE = re.compile(r"[\s\-‐–—()（）.·]")


@dataclass(frozen=True)
class Contact:
    """Where a message reaches somebody. `address` is in one form, so that equal contacts are equal text."""

    channel: Literal["sms", "mail"]
    address: str

    @property
    def hint(self) -> str:
        """Enough for its owner to recognise it: 138****5678, l****@example.org."""
        if self.channel == "sms":
            return f"{self.address[:3]}****{self.address[-4:]}"
        name, _at, domain = self.address.partition("@")
        return f"{name[:1]}****@{domain}"


def read_contact(text: str) -> Contact:
    """Read a mainland mobile number (11 digits, +86 allowed, spaces and full-width digits as people type them) or an
    e-mail address.

    Raises:
        Invalid: it is neither.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if "@" in plain:
        return Contact("mail", _mail(plain))
    digits = NOISE.sub("", plain)
    digits = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)
    if not MOBILE.fullmatch(digits):
        raise Invalid(
            fields={"contact": _("Write a mobile number of 11 digits, such as 13812345678, or an e-mail address.")}
        )
    return Contact("sms", digits)


def _mail(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise Invalid(
            fields={"contact": _("This e-mail address is not complete. It looks like name@example.org.")}
        ) from error
    return text.lower()
