"""What every page knows: its language, care mode, where one can go, and whether this is a demonstration."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from linli.core import navigation
from linli.core.body import MOST_FILES
from linli.core.keeping import is_copy
from linli.core.preferences import CARE_COOKIE


def page(request: HttpRequest) -> dict[str, Any]:
    """Template context. The navigation is worked out only where a template asks for it."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "language": language,
        "other_language": next(code for code, _name in settings.LANGUAGES if code != language),
        "care": request.COOKIES.get(CARE_COOKIE) == "1",
        "demo": settings.DEMO,
        "basemap": settings.BASEMAP,
        "most_files": MOST_FILES,
        "copied_at": timezone.now() if is_copy(request) else None,
        "navigation": SimpleLazyObject(lambda: navigation.links(request, "public")),
        "staff_navigation": SimpleLazyObject(lambda: navigation.links(request, "staff")),
        "footer_navigation": SimpleLazyObject(lambda: navigation.links(request, "footer")),
    }
