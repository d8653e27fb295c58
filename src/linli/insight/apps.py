from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InsightConfig(AppConfig):
    name = "linli.insight"
    label = "insight"
    verbose_name = _("figures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import navigation
        from linli.insight import (
            jobs,  # noqa: F401  registers its jobs and consumers
            jobs_indicators,  # noqa: F401  looks at devices, opens yearly reviews
            jobs_reports,  # noqa: F401
            privacy_actions,  # noqa: F401  what it keeps of a person
            privacy_indicators,  # noqa: F401
        )
        from linli.insight.kind import REVIEW
        from linli.procedures.registry import register

        register(REVIEW)
        navigation.offer(
            navigation.Item(
                _("Indicators"), "indicators:indicators", area="staff", needs="insight.indicators", icon="chart",
                order=42,
            )
        )  # fmt: skip
        navigation.offer(navigation.Item(_("Indicators of the neighbourhood"), "indicators:public", area="footer"))

        navigation.offer(navigation.Item(_("How we are doing"), "insight:public", order=40))
        navigation.offer(
            navigation.Item(
                pgettext_lazy("cases", "Figures"), "insight:figures", area="staff", needs="insight.figures",
                icon="chart", order=40,
            )
        )  # fmt: skip
        navigation.offer(
            navigation.Item(
                _("One screen"), "screen:screen", area="staff", needs="insight.screen", icon="frame", order=44
            )
        )
        navigation.offer(navigation.Item(_("The neighbourhood on one screen"), "screen:public", area="footer"))
        navigation.offer(
            navigation.Item(_("Did it help?"), "effects:register", area="staff", needs="insight.effects", icon="check",
                            order=43)
        )  # fmt: skip
        navigation.offer(
            navigation.Item(_("Monthly reports"), "reports:office", area="staff", needs="insight.reports", icon="file",
                            order=45)
        )  # fmt: skip
        navigation.offer(navigation.Item(_("Monthly reports"), "reports:public", area="footer"))
        navigation.offer(navigation.Item(_("Open data"), "reports:open_data", area="footer"))
