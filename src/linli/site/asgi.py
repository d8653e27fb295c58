"""The ASGI application: pages and /events."""

import os

import django

from linli.core.body import limited
from linli.core.turns import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
django.setup(set_prefix=False)
handler = Handler()
application = limited(handler)
