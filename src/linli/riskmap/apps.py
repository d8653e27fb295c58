from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RiskmapConfig(AppConfig):
    name = "linli.riskmap"
    label = "riskmap"
    verbose_name = _("risk map")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import kernels, navigation
        from linli.riskmap import hotspots_ready, jobs, jobs_plans, privacy  # noqa: F401  registers what it has

        for name in ("cover", "cover_one", "cover_25d", "exposure"):
            kernels.register(
                f"coverage.{name}",
                kernel=f"linli.engines.coverage.kernels:{name}",
                reference=f"linli.engines.coverage.calls:{name}_reference",
                warm="linli.engines.coverage.kernels:warm",
            )
        navigation.offer(
            navigation.Item(_("Risk map"), "riskmap:map", area="staff", needs="riskmap.see", icon="map", order=28)
        )
        navigation.offer(navigation.Item(_("Cameras in the neighbourhood"), "riskmap:public", area="footer"))
        hotspots_ready.offer()
