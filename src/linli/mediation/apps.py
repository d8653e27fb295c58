from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediationConfig(AppConfig):
    name = "linli.mediation"
    label = "mediation"
    verbose_name = _("mediation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import navigation
        from linli.mediation import (
            jobs,  # noqa: F401  registers its jobs and consumers
            privacy,  # noqa: F401  what it keeps of a person
            privacy_protection,  # noqa: F401
            promised,  # noqa: F401  what promises about mediation can be measured by
        )
        from linli.mediation.domain.opening import start
        from linli.mediation.domain.protection import start_from
        from linli.mediation.kind import MEDIATION
        from linli.mediation.kind_protection import PROTECTION
        from linli.procedures.domain import referrals
        from linli.procedures.registry import kind_of, register

        register(MEDIATION)
        register(PROTECTION)
        referrals.register(
            referrals.Destination(
                kind="mediation", label=_("mediation"), start=start,
                hint=_("Both sides are asked whether they are willing. It costs nothing."),
                takes=lambda origin: not origin.sealed or kind_of(origin.kind).consents, consent=True,
            )
        )  # fmt: skip
        navigation.offer(
            navigation.Item(
                _("Mediation"), "mediation:list", area="staff", needs="mediation.list", icon="people", order=17
            )
        )  # fmt: skip
        referrals.register(
            referrals.Destination(
                kind="protection", label=_("help with violence at home"), start=start_from,
                hint=_(
                    "Sealed at once. Neither the other side nor this story hears of it; 110 first where it is urgent."
                ),
            )
        )  # fmt: skip
        navigation.offer(
            navigation.Item(
                _("Protection"), "protection:files", area="staff", needs="protection.files", icon="lock", order=19
            )
        )  # fmt: skip
