from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "linli.procedures"
    label = "procedures"
    verbose_name = _("procedures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import seeing
        from linli.procedures import jobs  # noqa: F401  registers its jobs and consumers
        from linli.procedures.seeing import hears, may_see

        seeing.register(events=hears, files=may_see)
