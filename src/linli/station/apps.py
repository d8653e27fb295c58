from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StationConfig(AppConfig):
    name = "linli.station"
    label = "station"
    verbose_name = _("safety work station")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.cases.clauses import offer_clauses
        from linli.core import navigation
        from linli.procedures.domain import referrals
        from linli.procedures.registry import register
        from linli.sensing.domain.calls import listen
        from linli.station import (
            privacy_legal,  # noqa: F401  what the legal studio keeps of a person
            promised,  # noqa: F401  what its promises can be measured by
        )
        from linli.station.domain import legal_telling  # noqa: F401  tells the asker that there is an answer
        from linli.station.domain.cards import clauses_of
        from linli.station.domain.legal import start_from
        from linli.station.hears import hear
        from linli.station.kind_legal import LEGAL

        listen(hear)
        offer_clauses(clauses_of)
        register(LEGAL)
        referrals.register(
            referrals.Destination(
                "legal_question", LEGAL.label, start_from, hint=_("The legal studio answers within one working day.")
            )
        )
        navigation.offer(navigation.Item(_("Get help"), "help:home", area="public", order=14))
        navigation.offer(
            navigation.Item(
                _("Safety work station"), "station:home", area="staff", needs="station.see", icon="shield", order=15
            )
        )
        navigation.offer(
            navigation.Item(
                _("Desks and equipment"), "station:kept", area="staff", needs="station.manage", icon="list", order=61
            )
        )
