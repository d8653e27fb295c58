from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SensingConfig(AppConfig):
    name = "linli.sensing"
    label = "sensing"
    verbose_name = _("sensing net")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.cases import panels
        from linli.cases.enums import Source
        from linli.core import navigation
        from linli.sensing import jobs_alerts, jobs_observations, jobs_rules  # noqa: F401  registers its jobs
        from linli.sensing.views_alerts import case_panel, hand_in_step

        panels.offer_panel(Source.SENSOR, case_panel)
        panels.offer_step(Source.SENSOR, "hand_in", hand_in_step)
        staff = (
            ("sensing:phone", _("Duty phone"), "sensing.phone", "phone", 8),
            ("sensing:alerts", _("Alerts"), "sensing.see", "warn", 25),
            ("sensing:devices", _("Devices"), "sensing.see", "pin", 26),
            ("sensing:rules", _("Rules at work"), "sensing.rules", "shield", 27),
        )
        for view, label, needs, icon, order in staff:
            navigation.offer(navigation.Item(label, view, area="staff", needs=needs, icon=icon, order=order))
        register = navigation.Item(_("Devices in the neighbourhood"), "sensing:public_devices", area="footer")
        navigation.offer(register)
