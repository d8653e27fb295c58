"""What the risk map keeps that could name a person: words that staff wrote about places and plans."""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register

register(
    PersonalField(
        "Plan.name, Zone.name, Optics.sign_text, Yardstick.reason, HazardWeight.reason",
        app="riskmap",
        title=_("words that staff wrote about a plan, a zone, a sign or a weight"),
        purpose=_("to tell one place or plan from another; no person is to be named in them"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("whoever may see the risk map; the text of a sign everybody, for it hangs there"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the plan, the zone, the device or the weight is deleted"),
    ),
)
