"""Every form that a person can meet, filled in by somebody who means harm or knows no better.

Pages are crawled as several people; each form found is sent again and again with something odd in it. Never a failure
of ours; what was typed is asked for again, with the words still there; nothing that was typed becomes part of the page.
"""

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.test_access import TABLE

MOST_PAGES = 90  # of one person
NEVER = re.compile(r"^/(sign-out|account/sign-out-everywhere|language|care|demo|kit|healthz|events)")
MARK = "<script>alert('hostile')</script>"
SQL = "'; DROP TABLE cases_case; -- \" OR 1=1"
RARE = "😀𠮷ñ\u202eevil\u200b\x00\x1b[31mЖ٣"

# What stands in every field of text, by what is wrong with it.
TEXTS = {
    "nothing": "",
    "too long": "长" * 5000,
    "markup": MARK + "\"'><img src=x onerror=alert(1)>",
    "statements": SQL,
    "rare signs": RARE,
    "another type": "-1e999",
}
FILES = {
    "nothing": lambda: SimpleUploadedFile("empty.jpg", b"", "image/jpeg"),
    "markup": lambda: SimpleUploadedFile("../../etc/<b>.jpg", MARK.encode(), "image/jpeg"),
    "rare signs": lambda: SimpleUploadedFile("evil\u202egpj.exe", b"MZ\x90\x00" * 50, "image/jpeg"),
    "another type": lambda: SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "image/png"),
}


@dataclass
class Form:
    """A form as a page shows it: where it is sent, and what stands in its fields."""

    action: str
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)  # by name: kind, value
    reads: bool = False


class Page(HTMLParser):
    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.links, self.forms = address, set(), []
        self.form: Form | None = None
        self.select = ""
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        given = {name: value or "" for name, value in pairs}
        if tag == "a" and given.get("href"):
            self.links.add(urljoin(self.address, given["href"]))
        elif tag == "form":
            action = urljoin(self.address, given.get("action") or self.address)
            self.form = Form(action, reads=given.get("method", "get").lower() != "post")
            self.forms.append(self.form)
        elif self.form and tag in ("input", "textarea", "button") and given.get("name"):
            kind = given.get("type", "text") if tag == "input" else tag
            self.form.fields.setdefault(given["name"], (kind, given.get("value", "")))
        elif self.form and tag == "select":
            self.select = given.get("name", "")
        elif self.form and tag == "option" and self.select:
            self.form.fields.setdefault(self.select, ("select", given.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def shape(address: str) -> str:
    """The address's pattern, so that one of many alike is enough."""
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return ""


def crawled(client: Client) -> dict[tuple[str, frozenset], Form]:
    """Every form within reach, once for each place it is sent to and set of fields."""
    waiting = ["/" + route for route in TABLE if "<" not in route and not NEVER.match("/" + route)]
    seen: dict[str, int] = {}
    forms: dict[tuple[str, frozenset], Form] = {}
    while waiting and sum(seen.values()) < MOST_PAGES:
        address = waiting.pop(0)
        kind = shape(address)
        if not kind or NEVER.match(urlsplit(address).path) or seen.get(kind, 0) >= 2:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        page = Page(address, answer.content.decode())
        waiting += [link for link in sorted(page.links) if link.startswith("/")]
        for form in page.forms:
            key = (shape(form.action), frozenset(form.fields))
            if key[0] and not NEVER.match(urlsplit(form.action).path):
                forms.setdefault(key, form)
    return forms


def filled(form: Form, flaw: str) -> dict:
    """What is sent: the hostile word in each field of text, and the form's own values elsewhere."""
    sent: dict = {}
    for name, (kind, value) in form.fields.items():
        if kind == "file":
            if flaw in FILES:
                sent[name] = FILES[flaw]()
        elif kind in OWN and flaw not in OWN[kind]:
            sent[name] = value
        else:
            sent[name] = TEXTS[flaw]
    return sent


# What is no field of text keeps its own value, but where one of these is tried.
BUTTONS, CHOICES = ("another type",), ("nothing", "statements", "rare signs", "another type")
OWN = dict.fromkeys(("hidden", "submit", "button"), BUTTONS) | dict.fromkeys(("radio", "checkbox", "select"), CHOICES)


class Undone(Exception):
    """What was sent is taken back, so that the next is sent to the same page."""


def send(client: Client, form: Form, sent: dict):
    cookies = client.cookies.copy()
    answer = None
    try:
        with transaction.atomic():
            answer = client.get(form.action, sent) if form.reads else client.post(form.action, sent)
            raise Undone
    except Undone:
        client.cookies = cookies
    return answer


def wrongs(form: Form, flaw: str, sent: dict, answer) -> list[str]:
    text = answer.content.decode(errors="replace") if not answer.streaming else ""
    found = []
    if answer.status_code >= 500:
        found.append(f"failed with {answer.status_code}")
    if MARK in text or "<img src=x" in text:
        found.append("what was typed became markup")
    typed = [name for name, (kind, _value) in form.fields.items() if kind in ("text", "textarea") and sent.get(name)]
    if answer.status_code == 422 and flaw == "statements" and typed and escape(SQL) not in text:
        found.append("what was typed is gone")
    return found


WHO = ["nobody", "resident", "duty_officer", "grid_worker", "property_manager", "auditor", "administrator"]


@pytest.mark.parametrize("who", WHO)
def test_no_form_breaks_and_none_is_taken_over(who, street, case_in, report, settings):
    settings.LIMITS = {group: {name: [10**6, 60] for name in table} for group, table in settings.LIMITS.items()}
    for state in ("received", "dispatched", "handling", "handled"):
        case_in(state)
    report(account=street.accounts["resident"])
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    if who != "nobody":
        client.force_login(street.accounts[who])
    forms, wrong = crawled(client), []
    for (route, _names), form in forms.items():
        for flaw in TEXTS:
            sent = filled(form, flaw)
            answer = send(client, form, sent)
            wrong += [(route, flaw, said) for said in wrongs(form, flaw, sent, answer)]

    assert wrong == []
    assert len(forms) >= 3, "the crawl found its forms"
