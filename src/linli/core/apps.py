from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "linli.core"
    label = "core"
    verbose_name = _("every matter")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every process knows every job and consumer, and every personal field, of core and in the apps' modules."""
        from linli.core import deliver, files, keeping, limits, outbox, push, search  # noqa: F401  they register theirs
        from linli.core.navigation import Item, offer

        autodiscover_modules("jobs", "privacy", "checks", "figures", "starters")
        keeping.register(pages=["core:queue"])
        offer(
            Item(_("Messages sent"), "core:deliveries", area="staff", needs="core.deliveries", icon="letter", order=90)
        )
        offer(Item(_("Jobs that failed"), "core:jobs", area="staff", needs="core.jobs", icon="gear", order=91))
        offer(Item(_("My data"), "core:my_data", area="footer", order=10))
        offer(Item(_("What we keep about people"), "core:fields", area="footer", order=20))
