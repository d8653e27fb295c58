"""The settings of a later version, which has a table more."""

from linli.site import settings as present
from linli.site.settings import *  # noqa: F403

INSTALLED_APPS = [*present.INSTALLED_APPS, "tests.site.newer"]
