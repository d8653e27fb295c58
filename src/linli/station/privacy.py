"""What the station keeps of a person: which of its members answered a call."""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register

register(
    PersonalField(
        "CallOut.account",
        app="station",
        title=_("which member of the mini fire station answered a call"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("the desk, the area lead and the station"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the case is deleted"),
    ),
)
