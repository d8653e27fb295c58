"""What the hotspots tell the rest of the house when it starts."""

from django.utils.translation import gettext_lazy as _

from linli.core import kernels, navigation

ENGINE = "linli.engines.hotspots"


def offer() -> None:
    """Register kernels, jobs and the way to the pages."""
    from linli.riskmap import jobs_hotspots  # noqa: F401  registers its jobs

    for name, module, function, parallel in (
        ("kde", "density", "density", False),
        ("st_dbscan", "st_dbscan", "st_dbscan", True),
        ("scan", "scan", "scan", True),
    ):
        kernels.register(
            f"hotspots.{name}", kernel=f"{ENGINE}.kernel_{module}:{function}",
            reference=f"{ENGINE}.{module}:{function}", warm=f"{ENGINE}.kernel_{module}:warm", parallel=parallel,
        )  # fmt: skip
    item = navigation.Item(
        _("Hotspots"), "riskmap:hotspots", area="staff", needs="riskmap.hotspots", icon="chart", order=29
    )
    navigation.offer(item)
    navigation.offer(navigation.Item(_("Where reports pile up"), "riskmap:public_hotspots", area="footer"))
