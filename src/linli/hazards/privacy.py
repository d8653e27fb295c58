"""What hazards and the register of premises keep of a person."""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register

DUTY = _("carrying out public duties (PIPL art. 13 (3))")
MATTER = _("their matter is purged, 3 years after it is closed")

register(
    PersonalField(
        "Hazard.text, Hazard.answers_name, Hazard.demand, Hazard.answer",
        app="hazards",
        title=_("what is wrong at a place, who answers for it (a shop, a unit, a company), and the answer"),
        purpose=_("to have a danger removed"),
        basis=_("Fire Protection Law art. 54"),
        kept_until=MATTER,
        seen_by=_("whoever handles hazards at that place; the answer: whoever pointed it out"),
        stores=(Store.ROW, Store.BACKUP),
    ),
    PersonalField(
        "Notice.answers_name, Notice.found, Notice.demand, Notice.signed_name, Notice.account",
        app="hazards",
        title=_("the notice of rectification as it was served, and who signed for it and served it"),
        purpose=_("to show what was asked for, of whom, by when"),
        basis=_("Fire Protection Law art. 54"),
        kept_until=MATTER,
        seen_by=_("whoever handles hazards at that place"),
        stores=(Store.ROW, Store.FILE, Store.BACKUP),
    ),
    PersonalField(
        "Premises.operator_sealed",
        app="hazards",
        title=_("how to reach the operator of premises"),
        purpose=_("to agree on a visit or a talk"),
        basis=DUTY,
        kept_until=_("3 years after the premises closed"),
        seen_by=_("committee secretary, area lead and duty officer, each with a reason that is written down"),
        stores=(Store.SEALED, Store.BACKUP),
        sealed_as="premises.operator",
    ),
    PersonalField(
        "Visit.text, Visit.account, Talk.promised, Talk.found, Talk.signed_name, Talk.account, Inspection.account",
        app="hazards",
        title=_("what was seen and promised at premises, and who of the staff was there"),
        purpose=_("to see whether what was promised is kept"),
        basis=DUTY,
        kept_until=_("3 years after the premises closed"),
        seen_by=_("whoever keeps the register at that place; no public page"),
        stores=(Store.ROW, Store.BACKUP),
    ),
)
