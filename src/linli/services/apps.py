from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    name = "linli.services"
    label = "services"
    verbose_name = _("service hall")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.services import setup_bookings, setup_hall, setup_queue

        setup_hall.ready()
        setup_queue.ready()
        setup_bookings.ready()
