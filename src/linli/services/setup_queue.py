"""What the hall's queue offers to the rest, once the apps are loaded."""

from django.utils.translation import gettext_lazy as _

from linli.core import navigation


def ready() -> None:
    from linli.services import (
        jobs_queue,  # noqa: F401  registers its jobs
        privacy_queue,  # noqa: F401  what it keeps of a person
        promised,  # noqa: F401  what promises about the hall can be measured by
    )

    navigation.offer(
        navigation.Item(_("Service hall"), "hall:staff", area="staff", needs="services.hall", icon="people", order=11)
    )
    navigation.offer(navigation.Item(_("Appointments and queue"), "hall:home", area="footer"))
