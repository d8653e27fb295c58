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
        from linli.insight import jobs  # noqa: F401  registers its jobs and consumers

        navigation.offer(navigation.Item(_("How we are doing"), "insight:public", order=40))
        navigation.offer(
            navigation.Item(
                pgettext_lazy("cases", "Figures"), "insight:figures", area="staff", needs="insight.figures",
                icon="chart", order=40,
            )
        )  # fmt: skip
