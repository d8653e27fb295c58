from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PetitionsConfig(AppConfig):
    name = "linli.petitions"
    label = "petitions"
    verbose_name = _("petitions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from linli.core import navigation
        from linli.petitions import (
            jobs,  # noqa: F401  ends what nobody asks to have reviewed
            privacy,  # noqa: F401  what it keeps of a person
        )
        from linli.petitions.domain.referring import start
        from linli.petitions.kind import PETITION
        from linli.procedures.domain.referrals import Destination
        from linli.procedures.domain.referrals import register as register_destination
        from linli.procedures.registry import register

        register(PETITION)
        register_destination(
            Destination(
                "petition", PETITION.label, start,
                hint=_("the petition desk: an answer in writing, with time limits and a review"),
            )
        )  # fmt: skip
        navigation.offer(
            navigation.Item(_("Petitions"), "petitions:desk", area="staff", needs="petitions.desk", icon="letter",
                            order=18)
        )  # fmt: skip
