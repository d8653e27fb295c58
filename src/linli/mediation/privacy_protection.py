"""What the path of safety keeps of a person. There is no part of 'my data': no list by person names such a file.

Whoever it is about asks at the desk; the post opens it with the purpose "the person asks".
"""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.mediation.domain.protection_sealed import ADDRESS, CONTACT, NOTE, ORDER

KEPT = _("ninety days after the file is closed; how to reach somebody also when they take it back")
BASIS = _("protecting life and health; help that the person asked for (PIPL art. 13, 28; Anti-Domestic Violence Law 5)")
SEEN = _("posts with a part in the file, for a purpose that is written down; never administrators, never by place")


def _sealed(name: str, title: object, purpose: object, field: str) -> None:
    register(
        PersonalField(
            name, app="mediation", title=title, purpose=purpose, basis=BASIS, seen_by=SEEN,
            stores=(Store.SEALED, Store.BACKUP), kept_until=KEPT, sealed_as=field,
        )
    )  # fmt: skip


_sealed(
    "SafeContact.contact_sealed", _("violence at home: how and when somebody is reached safely"),
    _("to reach them without danger"), CONTACT,
)  # fmt: skip
_sealed(
    "SafeContact.address_sealed", _("violence at home: where somebody is"), _("to come where they ask for it"), ADDRESS
)
_sealed(
    "SealedNote.text_sealed", _("violence at home: what was said and done"), _("to help, and to go on helping"), NOTE
)
_sealed(
    "ProtectionOrder.details_sealed", _("the words of an application for a protection order"),
    _("to apply to the court"), ORDER,
)  # fmt: skip
register(
    PersonalField(
        "Protection.claim_hash", app="mediation", title=_("violence at home: the hash of a code, where one was wished"),
        purpose=_("so that the person alone finds the way back"), basis=BASIS, seen_by=_("nobody"),
        stores=(Store.ROW, Store.BACKUP), kept_until=KEPT,
    ),
    PersonalField(
        "HelpLine.author", app="mediation", title=_("who wrote down a number of somebody who helps"),
        purpose=_("so that somebody answers for it"), basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("administrator and auditor"), stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the line is written anew"),
    ),
)  # fmt: skip
