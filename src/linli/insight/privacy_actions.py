"""What the register of actions and the monthly reports keep of a person: which member of staff wrote or asked."""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register

register(
    PersonalField(
        "Action.registered_by, Report.made_by",
        app="insight",
        title=_("which member of staff wrote down an action, or had a report made"),
        purpose=_("so that somebody answers for it"),
        basis=_("carrying out public duties (PIPL art. 13 (3))"),
        seen_by=_("nobody on a page; an action shows the post"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("the action or the report is deleted"),
    ),
)
