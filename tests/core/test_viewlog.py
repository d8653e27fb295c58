"""A sealed field is not opened without a line that the person concerned can read."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from linli.core.errors import Invalid
from linli.core.models import ViewLog
from linli.core.sealed import CannotOpen, seal, unseal
from linli.core.viewlog import open_sealed

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def case(db, django_user_model):
    make = django_user_model.objects.create_user
    return {
        "viewer": make("officer"),
        "subject": make("resident"),
        "procedure": uuid4(),
        "at": AT,
        "post_title": "值班长",
    }


def test_opening_writes_who_which_field_and_why(case):
    sealed = seal("13800005678", row=7, field="party.contact")

    opened = open_sealed(sealed, row=7, field="party.contact", reason=" call back about the lamp ", **case)

    assert opened == "13800005678"
    (line,) = ViewLog.objects.values("viewer", "subject", "procedure", "field", "reason", "post_title", "at")
    assert line == {
        "viewer": case["viewer"].pk, "subject": case["subject"].pk, "procedure": case["procedure"],
        "field": "party.contact", "reason": "call back about the lamp", "post_title": "值班长", "at": AT,
    }  # fmt: skip


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_opened(case, reason):
    with pytest.raises(Invalid):
        open_sealed(seal("x", row=7, field="f"), row=7, field="f", reason=reason, **case)

    assert ViewLog.objects.count() == 0


@pytest.mark.parametrize(("row", "field"), [(8, "f"), (7, "g")])
def test_what_was_moved_cannot_be_opened_and_nothing_is_kept(case, row, field):
    with pytest.raises(CannotOpen):
        open_sealed(seal("x", row=7, field="f"), row=row, field=field, reason="why", **case)

    assert ViewLog.objects.count() == 0


@pytest.mark.parametrize("left", [0, 7, 9, 19, 20, 30])
def test_what_was_cut_cannot_be_opened_wherever_it_was_cut(left):
    with pytest.raises(CannotOpen):
        unseal(seal("x", row=7, field="f")[:left], row=7, field="f")
