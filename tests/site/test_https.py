"""Where a proxy serves HTTPS, cookies and browsers are held to it, and nobody else can say that it was HTTPS."""

import json
import os
import subprocess
import sys

import pytest

ASK = """
import json
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from linli.core.models import Installation
call_command("migrate", verbosity=0)

def ask(peer, **headers):
    answer = Client(REMOTE_ADDR=peer, headers=headers).get("/sign-in/")
    return {
        "hsts": answer.headers.get("Strict-Transport-Security", ""),
        "cookies": {c.key: [c["secure"], c["path"], c["domain"], c["samesite"]] for c in answer.cookies.values()},
    }

print(json.dumps({
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
    "proxy": ask("10.0.0.2", **{"X-Forwarded-Proto": "https"}),
    "stranger": ask("203.0.113.7", **{"X-Forwarded-Proto": "https"}),
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        "LINLI_DATA": str(tmp_path_factory.mktemp("https")),
        "LINLI_DATABASE_URL": "",
        "LINLI_HOSTS": "testserver",
        "LINLI_HTTPS": "1",
        "LINLI_PROXIES": "10.0.0.0/24",
    }
    done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_cookies_are_of_this_host_alone_and_never_in_the_clear(told):
    assert told["session"] == ["__Host-sessionid", True, True]
    assert told["proxy"]["cookies"] == {"__Host-csrftoken": [True, "/", "", "Lax"]}


def test_browsers_are_held_to_https_when_a_proxy_of_ours_says_so_and_not_when_a_stranger_does(told):
    assert (told["proxy"]["hsts"], told["stranger"]["hsts"]) == ("max-age=31536000", "")
