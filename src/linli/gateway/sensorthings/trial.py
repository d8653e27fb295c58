"""The trial: SensorThings opened to programs on this machine, without sign-in, for suites that test conformance."""

from django.conf import settings

from linli.core.installation import is_installed, set_installation
from linli.people.domain.demo import is_loopback
from linli.people.models import Account
from linli.places.domain.tree import create_place
from linli.places.models import Kind


class TrialNotLocal(RuntimeError):
    """The trial was about to be served to others."""


def check_startup(host: str) -> None:
    """Call before serving on `host`: what anybody may write to is served to this machine alone.

    Raises:
        TrialNotLocal: the trial is on, and `host` is not loopback, or a proxy serves HTTPS to others.
    """
    if not settings.SENSORTHINGS_TRIAL:
        return
    if settings.HTTPS or not is_loopback(host):
        raise TrialNotLocal(
            "LINLI_SENSORTHINGS_TRIAL opens SensorThings without sign-in, so it is not served "
            f"on {host}{' by HTTPS' if settings.HTTPS else ''}. Serve it on 127.0.0.1 without LINLI_HTTPS, or unset it."
        )


def is_lax() -> bool:
    """Whether this is a trial in which no people are: then the service does what the standard says where Linli does
    less for people's sake (every move of a thing is remembered, parameters may be any JSON)."""
    return settings.SENSORTHINGS_TRIAL and not Account.objects.exists()


def prepare_trial() -> bool:
    """Make an office where there is none, so that a suite finds an empty service. Says whether it did."""
    if not settings.SENSORTHINGS_TRIAL or is_installed():
        return False
    district = create_place(parent=None, kind=Kind.DISTRICT, name="试用区", name_en="Trial district", code="000000")
    street = create_place(parent=district, kind=Kind.SUBDISTRICT, name="试用街道", name_en="Trial subdistrict")
    set_installation(name="试用街道", name_en="Trial subdistrict", root_path=street.path, demo=False)
    return True
