"""What a phone needs to go on without signal: the service worker, a fresh token, and the page of what waits."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_safe

from linli import __version__
from linli.core.access import public, signed_in
from linli.core.keeping import keeper, may_keep, never_keep

PACKAGE = Path(__file__).resolve().parents[2]
WORKER = PACKAGE / "core" / "static" / "core" / "sw.js"


@cache
def release() -> str:
    """The version, and a sign of the files that go with it: who builds on Linli changes them within a version."""
    files = sorted(path for path in PACKAGE.glob("*/static/**/*") if path.is_file())
    known = "\n".join(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files)
    return f"{__version__}-{hashlib.sha256(known.encode()).hexdigest()[:8]}"


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, for the whole site. It carries the release, so that an upgrade replaces it and its files."""
    head = f'const RELEASE = "{release()}";\nconst FILES_AT = "{settings.STATIC_URL}";\n'
    response = HttpResponse(head + WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@public
@require_safe
def token(request: HttpRequest) -> JsonResponse:
    """Who is signed in here, in which post, and a token that forms of this session take now."""
    return never_keep(JsonResponse({"who": keeper(request), "token": get_token(request)}))


@signed_in
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits on this phone. The page itself knows nothing of it: the phone fills it."""
    return may_keep(request, render(request, "core/pages/queue.html"))


@public
@require_safe
def no_signal(request: HttpRequest) -> HttpResponse:
    """What is shown for a page that is not on the phone. It names nobody, so that it may stay."""
    return render(request, "core/pages/no_signal.html")
