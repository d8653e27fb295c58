from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorldConfig(AppConfig):
    name = "linli.world"
    label = "world"
    verbose_name = _("world")

    def ready(self) -> None:
        from linli.world import jobs  # noqa: F401  registers its jobs
