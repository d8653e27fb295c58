"""What indicators keep of a person: which member of staff handed in a figure or wrote a definition or conclusion."""

from django.utils.translation import gettext_lazy as _

from linli.core.catalogue import PersonalField, Store, register

DUTY = _("carrying out public duties (PIPL art. 13 (3))")

register(
    PersonalField(
        "OutsideValue.account, IndicatorVersion.author",
        app="insight",
        title=_("which member of staff handed in a figure or changed a definition"),
        purpose=_("so that somebody answers for it"),
        basis=DUTY,
        seen_by=_("whoever may read indicators sees the post, never the person"),
        stores=(Store.ROW, Store.BACKUP),
        kept_until=_("as long as the figure or the definition is kept"),
    ),
)
