"""Permission comes from the post a person acts in, and only inside what the installation governs."""

import re
from pathlib import Path

import pytest
from rules.permissions import permissions

from linli.core.models import Installation
from linli.people.enums import Role
from linli.people.models import Account
from tests.neighbourhood import Street

DOCS = Path(__file__).parents[2] / "docs/people.md"
ROW = re.compile(r"^\| `([\w.]+)` \| ([a-z, ]+) \|$", re.MULTILINE)


def documented() -> dict[str, set[str]]:
    """The table of docs/people.md: permission, and the roles that hold it."""
    return {
        name: set(Role) if roles == "every post" else {role.replace(" ", "_") for role in roles.split(", ")}
        for name, roles in ROW.findall(DOCS.read_text(encoding="utf-8"))
    }


def permissions_of(account: Account) -> set[str]:
    """Walks every permission that any app registered."""
    return {name for name in permissions if account.has_perm(name)}


@pytest.mark.parametrize("role", Role)
def test_a_post_has_exactly_the_permissions_that_the_docs_say(street: Street, role: Role):
    account = street.accounts[role]
    account.post = street.posts[role]

    assert permissions_of(account) == {name for name, roles in documented().items() if role in roles}


def test_the_duty_officer_of_the_next_street_has_no_permission_here(street: Street):
    outsider = street.accounts["outsider"]
    outsider.post = street.posts["outsider"]

    assert permissions_of(outsider) == set()


def test_a_resident_and_somebody_in_no_post_have_no_permission(street: Street):
    assert permissions_of(street.accounts["resident"]) == set()
    assert permissions_of(street.accounts["administrator"]) == set()


def test_a_closed_account_has_no_permission_whatever_its_post(street: Street):
    account = street.accounts["administrator"]
    account.post, account.is_active = street.posts["administrator"], False

    assert permissions_of(account) == set()


def test_without_an_installation_nobody_has_any_permission(street: Street):
    Installation.objects.all().delete()
    account = street.accounts["administrator"]
    account.post = street.posts["administrator"]

    assert permissions_of(account) == set()
