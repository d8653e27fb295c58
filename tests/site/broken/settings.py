"""The settings of a later version whose second migration fails."""

from linli.site import settings as present
from linli.site.settings import *  # noqa: F403

INSTALLED_APPS = [*present.INSTALLED_APPS, "tests.site.newer", "tests.site.broken"]
