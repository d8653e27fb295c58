from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StationConfig(AppConfig):
    name = "linli.station"
    label = "station"
    verbose_name = _("safety work station")
    default_auto_field = "django.db.models.BigAutoField"
