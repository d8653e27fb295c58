from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "linli.procedures"
    label = "procedures"
    verbose_name = _("procedures")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import keeping, navigation, seeing
        from linli.procedures import jobs  # noqa: F401  registers its jobs and consumers
        from linli.procedures.seeing import hears, may_see

        seeing.register(events=hears, files=may_see)
        keeping.register(pages=["procedures:inbox"])
        items = (
            ("procedures:inbox", _("Inbox"), "procedures.inbox", "inbox", 10),
            ("procedures:audit", _("Audit"), "procedures.audit", "shield", 6),
            ("procedures:admin", _("Administration"), "procedures.manage", "gear", 6),
        )
        for view, label, needs, icon, order in items:
            navigation.offer(navigation.Item(label, view, area="staff", needs=needs, icon=icon, order=order))
