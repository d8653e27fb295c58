"""What a mediation keeps of a person."""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register
from linli.mediation.domain.opening import DETAILS_FIELD

BASIS = _("the parties' own request (PIPL art. 13 (2)), and the duty to keep a file (mediation law art. 27)")
SEEN = _("desk and mediator of this one dispute, and the party itself; the other side only what is meant for it")
KEPT = _("three years after the mediation has ended; then it is purged and the story says so")

register(
    PersonalField(
        "Mediation.matter, Mediation.wish, Session.present, Session.record",
        app="mediation",
        title=_("what a dispute is about, and the record of the sessions"),
        purpose=_("to mediate, and to keep the file that the law asks for"),
        basis=BASIS,
        seen_by=_("the desk and the mediator of this one dispute; the applicant reads its own words"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=KEPT,
    ),
    PersonalField(
        "Participant.name, Participant.speaks_for, Invitee.name",
        app="mediation",
        title=_("the names of the parties, of whom they speak for, and of who is asked to help"),
        purpose=_("to know who is in dispute; an agreement names its parties"),
        basis=BASIS,
        seen_by=SEEN,
        stores=(Store.ROW, Store.BACKUP),
        kept_until=KEPT,
    ),
    PersonalField(
        "Participant.details_sealed",
        app="mediation",
        title=_("identity number and address of a party"),
        purpose=_("for the agreement, and for the joint application to the court"),
        basis=BASIS,
        seen_by=_("the desk and the mediator, for a reason that the person can read; the party itself"),
        stores=(Store.SEALED, Store.BACKUP),
        kept_until=KEPT,
        sealed_as=DETAILS_FIELD,
    ),
    PersonalField(
        "Agreement.facts, Agreement.issues, Agreement.content, Signature.name",
        app="mediation",
        title=_("the agreement and the signatures under it"),
        purpose=_("so that what was agreed can be read, performed and confirmed"),
        basis=BASIS,
        seen_by=_("the parties, the desk and the mediator of this one dispute"),
        stores=(Store.ROW, Store.FILE, Store.BACKUP),
        kept_until=KEPT,
    ),
)
