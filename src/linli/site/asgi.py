"""The ASGI application: pages and /events."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
application = get_asgi_application()
