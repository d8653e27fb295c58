from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HazardsConfig(AppConfig):
    name = "linli.hazards"
    label = "hazards"
    verbose_name = _("hazards")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import keeping, navigation
        from linli.hazards import (
            jobs,  # noqa: F401  registers its jobs
            offline,
            privacy,  # noqa: F401  what it keeps of a person
            promised,  # noqa: F401  what promises about hazards can be measured by
        )
        from linli.hazards.domain.opening import start
        from linli.hazards.kind import HAZARD
        from linli.procedures.domain import referrals
        from linli.procedures.registry import register

        register(HAZARD)
        keeping.register(pages=offline.PAGES, forms=offline.FORMS)
        referrals.register(
            referrals.Destination(
                kind="hazard", label=_("hazard"), start=start,
                hint=_("The committee looks at it within 3 working days and serves a notice."),
                takes=lambda origin: not origin.sealed,
            )
        )  # fmt: skip
        navigation.offer(
            navigation.Item(_("Hazards"), "hazards:list", area="staff", needs="hazards.list", icon="warn", order=16)
        )
