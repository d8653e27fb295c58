"""What the hall's queue keeps of a person: a sealed contact, where somebody gave one. No name, no account."""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register

register(
    PersonalField(
        "Appointment.contact_sealed, WaitingListEntry.contact_sealed",
        app="services",
        title=_("where to reach who booked an appointment or waits for one"),
        purpose=_("to remind them the day before, or to tell them that a time has become free"),
        basis=_("the person's own request (PIPL art. 13 (2))"),
        seen_by=_("nobody: only the message is sent there"),
        stores=(Store.SEALED, Store.OUTGOING, Store.BACKUP),
        kept_until=_("they check in, cancel, or the appointment is past"),
    ),
)
