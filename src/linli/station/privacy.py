"""What the station keeps of a person: which of its members answered a call, kept a desk, checked, drilled, promised."""

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
    PersonalField(
        "DeskHandover.giver, DeskHandover.taker, DeskHandover.open_work, DeskHandover.told",
        app="station",
        title=_("who handed a desk over to whom, and what they wrote"),
        purpose=_("so that the next shift knows what is open and promised"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("the posts of the safety work station"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the installation is taken down"),
    ),
    PersonalField(
        "EquipmentCheck.account, EquipmentFinding.note, Drill.account, Drill.note",
        app="station",
        title=_("who checked the equipment or wrote down a drill, and what they noted"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("the posts of the safety work station; the name nobody on a page"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the installation is taken down"),
    ),
    PersonalField(
        "StationVersion.account",
        app="station",
        title=_("who changed the data of a desk or of the equipment"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("the area lead, the administrator and the auditor"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the installation is taken down"),
    ),
    PersonalField(
        "Commitment.account",
        app="station",
        title=_("who published a promise of a desk"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("nobody on a page; a promise shows the desk"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the installation is taken down"),
    ),
)
