from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "linli.core"
    label = "core"
    verbose_name = _("core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every process knows every job and consumer, its own and those in the apps' `jobs.py`."""
        from linli.core import deliver, files, outbox, push, search  # noqa: F401  they register theirs

        autodiscover_modules("jobs")
