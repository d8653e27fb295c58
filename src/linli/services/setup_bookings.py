"""What bookings, service points and assistance offer to the rest, once the apps are loaded."""

from django.utils.translation import gettext_lazy as _

from linli.core import navigation


def ready() -> None:
    from linli.procedures.domain import referrals
    from linli.procedures.registry import register
    from linli.services import (
        jobs_bookings,  # noqa: F401  registers its jobs
        privacy_assistance,  # noqa: F401  what it keeps of a person
        privacy_bookings,  # noqa: F401
    )
    from linli.services.domain.assistance import start_from
    from linli.services.kind_assistance import ASSISTANCE

    register(ASSISTANCE)
    referrals.register(
        referrals.Destination(
            kind="assistance", label=_("social assistance"), start=start_from,
            hint=_("Somebody may need help: the service window asks the person, and keeps nothing before they agree."),
        )
    )  # fmt: skip

    navigation.offer(
        navigation.Item(_("Bookings"), "bookings:desk", area="staff", needs="services.bookings", icon="clock",
                        order=13)
    )  # fmt: skip
    navigation.offer(navigation.Item(_("Help when money is short"), "bookings:assistance", area="footer"))
    navigation.offer(navigation.Item(_("Programme of the week"), "bookings:programme", area="footer"))
    navigation.offer(navigation.Item(_("Service points and hours"), "bookings:points", area="footer"))
