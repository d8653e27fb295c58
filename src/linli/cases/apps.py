from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "linli.cases"
    label = "cases"
    verbose_name = _("cases")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.cases import (
            jobs,  # noqa: F401  registers its jobs and consumers
            promised,  # noqa: F401  what promises about cases can be measured by
        )
        from linli.cases.kind import CASE
        from linli.core import keeping, navigation
        from linli.procedures.registry import register

        register(CASE)
        keeping.register(
            pages=["cases:grid", "cases:grid_report", "cases:case", "cases:move"],
            forms=["cases:grid_report", "cases:move", "cases:note"],
        )
        navigation.offer(navigation.Item(_("Report something"), "cases:report", order=10))
        navigation.offer(navigation.Item(_("Follow my report"), "cases:find", order=20))
        navigation.offer(navigation.Item(_("Reports nearby"), "cases:public", order=30))
        staff = (
            ("cases:desk", _("Desk"), "cases.desk", "list", 5),
            ("cases:grid", _("My cell"), "cases.grid", "map", 5),
            ("cases:all", _("All cases"), "cases.list", "search", 10),
            ("cases:grievances", _("Long-standing grievances"), "cases.list", "clock", 10),
            ("cases:import", _("Take in messages"), "cases.import", "upload", 60),
        )
        for view, label, needs, icon, order in staff:
            navigation.offer(navigation.Item(label, view, area="staff", needs=needs, icon=icon, order=order))
