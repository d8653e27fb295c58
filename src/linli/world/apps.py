from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorldConfig(AppConfig):
    name = "linli.world"
    label = "world"
    verbose_name = _("world")
    default_auto_field = "django.db.models.BigAutoField"
