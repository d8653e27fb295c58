from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RiskmapConfig(AppConfig):
    name = "linli.riskmap"
    label = "riskmap"
    verbose_name = _("risk map")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import navigation
        from linli.riskmap import jobs  # noqa: F401  registers its jobs

        navigation.offer(
            navigation.Item(_("Risk map"), "riskmap:map", area="staff", needs="riskmap.see", icon="map", order=28)
        )
        navigation.offer(navigation.Item(_("Cameras in the neighbourhood"), "riskmap:public", area="footer"))
