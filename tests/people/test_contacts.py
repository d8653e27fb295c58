"""Numbers and addresses, as people write them."""

import pytest

from linli.core.errors import Invalid
from linli.people.domain.contacts import Contact, read_contact


@pytest.mark.parametrize(
    "written",
    ["13812345678", " 138 1234 5678 ", "138-1234-5678", "+86 138 1234 5678", "0086-13812345678", "8613812345678",
     "１３８１２３４５６７８", "（138）1234·5678"],
)  # fmt: skip
def test_one_mobile_number_is_one_contact_however_it_is_written(written: str):
    assert read_contact(written) == Contact("sms", "13812345678")


def test_an_address_is_read_without_regard_to_case():
    assert read_contact(" Li.Na@Example.ORG ") == Contact("mail", "li.na@example.org")


@pytest.mark.parametrize(
    "written",
    ["", "12", "12345678901", "138123456789", "1381234567x", "110", "li@", "@example.org", "a b@example.org",
     "138 1234 5678; DROP TABLE", "😀@example.org", "0" * 400, "+1 212 555 0100"],
)  # fmt: skip
def test_what_is_neither_is_refused_with_an_example(written: str):
    with pytest.raises(Invalid) as refusal:
        read_contact(written)

    assert list(refusal.value.fields) == ["contact"]


def test_its_owner_recognises_a_contact_and_nobody_else_learns_it():
    assert [Contact("sms", "13812345678").hint, Contact("mail", "li.na@example.org").hint] == [
        "138****5678",
        "l****@example.org",
    ]
