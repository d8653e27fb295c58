from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RiskmapConfig(AppConfig):
    name = "linli.riskmap"
    label = "riskmap"
    verbose_name = _("risk map")
    default_auto_field = "django.db.models.BigAutoField"
