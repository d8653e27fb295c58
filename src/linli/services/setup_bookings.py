"""What bookings, service points and assistance offer to the rest, once the apps are loaded."""

from django.utils.translation import gettext_lazy as _

from linli.core import navigation


def ready() -> None:
    from linli.services import (
        jobs_bookings,  # noqa: F401  registers its jobs
        privacy_bookings,  # noqa: F401  what it keeps of a person
    )

    navigation.offer(
        navigation.Item(_("Bookings"), "bookings:desk", area="staff", needs="services.bookings", icon="clock",
                        order=13)
    )  # fmt: skip
    navigation.offer(navigation.Item(_("Programme of the week"), "bookings:programme", area="footer"))
    navigation.offer(navigation.Item(_("Service points and hours"), "bookings:points", area="footer"))
