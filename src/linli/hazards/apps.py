from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HazardsConfig(AppConfig):
    name = "linli.hazards"
    label = "hazards"
    verbose_name = _("hazards")
    default_auto_field = "django.db.models.BigAutoField"
