from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "linli.people"
    label = "people"
    verbose_name = _("people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import acts as log
        from linli.core import navigation
        from linli.people.domain.acts import record_for_others

        log.register(record_for_others)
        items = (
            ("people:roster", _("Duty roster"), "people.roster", "clock", 60),
            ("people:office", _("People and posts"), "people.manage", "people", 80),
            ("people:acts", _("Log of changes"), "people.acts", "list", 85),
        )
        for view, label, needs, icon, order in items:
            navigation.offer(navigation.Item(label, view, area="staff", needs=needs, icon=icon, order=order))
