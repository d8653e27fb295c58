from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StationConfig(AppConfig):
    name = "linli.station"
    label = "station"
    verbose_name = _("safety work station")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import navigation
        from linli.sensing.domain.calls import listen
        from linli.station.hears import hear

        listen(hear)
        navigation.offer(navigation.Item(_("Get help"), "help:home", area="public", order=14))
        navigation.offer(
            navigation.Item(
                _("Safety work station"), "station:home", area="staff", needs="station.see", icon="shield", order=15
            )
        )
