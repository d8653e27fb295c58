"""The ASGI application: pages and /events."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from linli.core.body import limited

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
# Each request has a thread of its own here, and a database connection would be left behind with it.
settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
application = limited(get_asgi_application())
