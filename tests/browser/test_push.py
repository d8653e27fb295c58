"""Messages to a device: asked for by a button, shown without a word of what, taken back."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linli.core.models import PushSubscription
from tests.browser.conftest import PHONE
from tests.core.test_push import subscription

# There is no push service here: the browser is given a subscription as one would hand it out.
SUBSCRIBED = """
  let held = null;
  const made = %s;
  const unsubscribe = async () => {
    held = null;
    sessionStorage.removeItem("held");
    return true;
  };
  const given = () => ({ toJSON: () => made, unsubscribe });
  if (sessionStorage.getItem("held")) held = given();
  PushManager.prototype.getSubscription = async () => held;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (applicationServerKey.length !== 65) throw new Error("no key");
    sessionStorage.setItem("held", "1");
    return (held = given());
  };
"""


@pytest.fixture
def phone_of(enter) -> Callable[..., Page]:
    def at(role: str, path: str, *, allowed: str = "granted", **more: object) -> Page:
        page = enter(role, "about:blank", PHONE, **{"language": "en", **more})
        if allowed == "granted":
            page.context.grant_permissions(["notifications"])
        page.add_init_script(SUBSCRIBED % json.dumps(subscription()))
        # Without a window there is nobody to ask: Chromium says no by itself.
        page.add_init_script(f"Object.defineProperty(Notification, 'permission', {{ get: () => '{allowed}' }})")
        page.add_init_script(f"Notification.requestPermission = async () => '{allowed}'")
        page.goto(path)
        return page

    return at


@pytest.mark.parametrize(("role", "path"), [("grid_worker", "/account/"), ("resident", "/my/")])
def test_a_device_is_told_until_it_is_taken_back(phone_of, street, role, path, axe, shot):
    page = phone_of(role, path)
    page.get_by_role("button", name="Tell me on this device").click()

    expect(page.get_by_text("You are told on 1 device.")).to_be_visible()
    assert PushSubscription.objects.get().account == street.accounts[role]
    shot(page, f"offline/push-{role}-390-en")
    axe(page)

    page.get_by_role("button", name="Stop telling me on this device").click()
    expect(page.get_by_role("button", name="Tell me on this device")).to_be_visible()
    assert PushSubscription.objects.count() == 0


def test_staff_choose_of_what_they_are_told(phone_of, street):
    page = phone_of("grid_worker", "/account/")
    page.get_by_role("button", name="Tell me on this device").click()
    page.get_by_text("New work for my post").click()
    page.get_by_role("button", name="Keep it so").click()

    expect(page.get_by_label("New work for my post")).not_to_be_checked()
    expect(page.get_by_label("Something of mine is overdue")).to_be_checked()


def test_a_browser_that_forbids_it_is_explained(phone_of):
    page = phone_of("grid_worker", "/account/", allowed="denied")

    expect(page.get_by_text("Your browser does not allow Linli to show messages.")).to_be_visible()
    expect(page.get_by_role("button", name="Tell me on this device")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh-hans", "en"], ids=["zh", "en"])
def test_a_browser_without_push_sees_no_button(enter, language):
    page = enter("grid_worker", "about:blank", PHONE, language=language)
    page.add_init_script("delete window.PushManager")
    page.goto("/account/")

    expect(page.locator("[data-push]")).to_be_hidden()


def test_a_lock_screen_shows_that_there_is_news_and_a_touch_opens_it(phone_of, live):
    page = phone_of("grid_worker", "/grid/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    devtools, versions = page.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: versions.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    while not versions:
        page.wait_for_timeout(50)

    sent = {"title": "Linli", "text": "New work waits for you.", "page": "/inbox/"}
    registration = {"origin": live.url, "registrationId": versions[0]["registrationId"]}
    for _ in range(2):
        devtools.send("ServiceWorker.deliverPushMessage", {**registration, "data": json.dumps(sent)})
    shown = []
    while not shown:
        shown = page.evaluate(
            """async () => (await (await navigator.serviceWorker.ready).getNotifications())
                 .map(({ title, body, tag, data }) => [title, body, tag, data])"""
        )
        page.wait_for_timeout(50)

    assert shown == [["Linli", "New work waits for you.", "/inbox/", "/inbox/"]]
