from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SensingConfig(AppConfig):
    name = "linli.sensing"
    label = "sensing"
    verbose_name = _("sensing net")
    default_auto_field = "django.db.models.BigAutoField"
