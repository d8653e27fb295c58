"""Applying for an item, a page after the other, as a resident does."""

from django.http import HttpResponse
from django.test import Client


def begin(client: Client, code: str, *, who: str = "me", choice: str = "first", before: str = "no") -> HttpResponse:
    """From the end of the guide."""
    return client.get(f"/services/{code}/apply/?who={who}&choice={choice}&before={before}")


def answer(client: Client, code: str, **pages: dict[str, object]) -> list[str]:
    """Answer these pages; where each led."""
    return [
        client.post(f"/services/{code}/apply/{name}/", given).headers.get("Location", "")
        for name, given in pages.items()
    ]


def send(client: Client, code: str) -> HttpResponse:
    """Press the last button."""
    check = client.get(f"/services/{code}/apply/check/")
    return client.post(f"/services/{code}/apply/check/", {"action": check.context["form"]["action"].value()})
