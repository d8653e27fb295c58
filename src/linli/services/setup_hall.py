"""What the catalogue and its requests offer to the rest, once the apps are loaded."""

from django.utils.translation import gettext_lazy as _

from linli.core import navigation
from linli.procedures.registry import register


def ready() -> None:
    from linli.services import (
        jobs,  # noqa: F401  registers its jobs and consumers
        privacy,  # noqa: F401  what it keeps of a person
    )
    from linli.services.kind import REQUEST

    register(REQUEST)
    navigation.offer(navigation.Item(_("Services"), "services:catalogue", order=12))
    navigation.offer(
        navigation.Item(_("Requests"), "services:requests", area="staff", needs="services.requests", icon="file",
                        order=12)
    )  # fmt: skip
