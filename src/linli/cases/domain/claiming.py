"""The way back to a matter for whoever knows its number and its code."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from linli.cases.domain.report import claim_hash
from linli.core.errors import NotFound
from linli.procedures.enums import PartyKind
from linli.procedures.models import Party
from linli.procedures.numbers import read_number


def party_by_code(*, number: str, code: str, kind: str, parties: Collection[PartyKind], also: str = "") -> Party:
    """The part in a matter of this kind that a number and a code open together. One statement.

    parties: as what somebody may come back.  also: the row that is read with it, for example procedure__request.

    Raises:
        NotFound: there is no such matter, or this is not its code; the two are not told apart.
    """
    typed = read_number(number)
    if typed is not None:
        own = Party.objects.filter(kind__in=parties, procedure__kind=kind, procedure__number=typed)
        found = own.select_related("procedure", *([also] if also else [])).filter(claim_hash=claim_hash(typed, code))
        if party := found.first():
            return party
    raise NotFound(_("Number and code do not belong together. Please check both."))
