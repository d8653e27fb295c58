"""Where the synthetic neighbourhood writes: what its devices hold, which a real installation does not have."""

from pathlib import Path

from django.conf import settings

from linli.core.stores import Keep, Store, declare

declare(Store("world", lambda: Path(settings.DATA) / "world", Keep.LEFT))
