"""Signing in and keeping an office, in a real browser: a resident by code, staff by passkey, pages for everybody."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.core.models import Installation
from linli.people.domain.duty import PATTERNS, plan_duty
from linli.people.domain.holdings import vacate
from linli.people.domain.invitations import invite
from linli.people.models import Account
from tests.browser.conftest import DESK, PHONE
from tests.neighbourhood import SETUP, Street

LOOKS = pytest.mark.parametrize(
    ("size", "language", "care"),
    [(PHONE, "zh-hans", False), (PHONE, "zh-hans", True), (DESK, "en", False)],
    ids=["phone-zh", "phone-care", "desk-en"],
)
OUTSIDE = {"sign-in": "/sign-in/", "staff": "/sign-in/staff/", "demo": "/demo/"}
INSIDE = {
    "office": "/people/",
    "organisation": "/people/organisations/new/",
    "accounts": "/people/accounts/",
    "roster": "/people/roster/",
    "duty": "/people/roster/new/",
    "plan": "/people/roster/plan/",
    "log": "/people/acts/",
    "account": "/account/",
    "keys": "/account/keys/",
    "app": "/account/keys/totp/activate/",
    "passkey": "/account/keys/webauthn/add/",
}


@pytest.fixture
def office(live, street: Street) -> Street:
    """A demonstration with cards, a week of duties and one vacant post."""
    Installation.objects.update(demo=True)
    for key in ("resident", "administrator"):
        Account.objects.filter(pk=street.accounts[key].pk).update(demo_card=key)
    posts = [street.posts[name] for name in ("duty_officer", "petition_clerk", "window_clerk")]
    plan_duty(posts=posts, shifts=PATTERNS["two"], first=timezone.localdate(), days=7, by=SETUP, at=timezone.now())
    vacate(post=street.posts["mediator"], account=street.accounts["mediator"], by=SETUP, at=street.now)
    return street


def take_card(page: Page, card: str) -> None:
    page.goto("/demo/")
    page.locator(f"form[action='/demo/{card}/'] button").click()


@LOOKS
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(
    office: Street, open_page, axe, shot, request, size, language, care
):
    page = open_page("about:blank", size, language=language, care=care)
    look = request.node.callspec.id

    def check(name: str, address: str) -> None:
        page.goto(address)
        shot(page, f"people/{look}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"], name
        axe(page)

    for name, address in OUTSIDE.items():
        check(name, address)
    take_card(page, "administrator")
    post = f"/people/posts/{office.posts['mediator'].pk}/"
    for name, address in {**INSIDE, "post": post, "invite": f"{post}invite/", "close": f"{post}close/"}.items():
        check(name, address)


def test_a_resident_signs_in_on_a_phone_with_the_keyboard_alone(office: Street, open_page):
    page = open_page("/sign-in/?next=/account/", PHONE)
    page.get_by_label("您的手机号或邮箱是？").fill("138 1234 5678")
    page.keyboard.press("Enter")
    code = page.locator(".notice strong").inner_text()
    page.get_by_label("您收到的验证码是？").fill(code)
    page.keyboard.press("Enter")

    expect(page).to_have_url("/account/")
    expect(page.get_by_text("138****5678")).to_be_visible()


def test_an_invitation_becomes_a_passkey_and_the_passkey_signs_in(live, street: Street, open_page, shot):
    page = open_page("about:blank", DESK, language="en")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**device, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    post = street.posts["mediator"]
    token = invite(post=post, name="Li", email="li@example.org", by=street.by("administrator"), at=timezone.now())

    page.goto(f"/invitation/{token}/")
    shot(page, "people/invitation")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    shot(page, "people/recovery-codes")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)  # the phone is wiped first

    page.goto("/sign-in/staff/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("li@example.org")).to_be_visible()
    assert not Account.objects.get(email="li@example.org").has_usable_password()


def test_whoever_closes_the_devices_question_is_told_and_can_try_again(live, street: Street, open_page):
    page = open_page("/sign-in/staff/", DESK, language="en")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("was cancelled")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()
