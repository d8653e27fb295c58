from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    name = "linli.places"
    label = "places"
    verbose_name = _("places")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core.navigation import Item, offer

        offer(Item(_("Places"), "places:tree", area="staff", needs="people.staff", icon="map", order=70))
