"""An office begins once, with one link for one person; and never beside an administrator or in a demonstration."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone, translation

from linli.cases.models import CaseClass, RoutingRule
from linli.core import starters
from linli.core.errors import Invalid, NotFound
from linli.core.models import Delivery, Installation
from linli.people.domain import beginning
from linli.people.domain.beginning import Named
from linli.people.domain.invitations import LIFE, accept_invitation, open_invitation
from linli.people.models import AdminAct, Invitation, Organisation, Post
from linli.people.office_command import Asked, new_starters, run_begin, run_starters
from linli.places.domain.tree import create_place
from linli.places.models import Kind, Place
from linli.services.models import Item
from tests.neighbourhood import NOW, Street

pytestmark = pytest.mark.django_db
DISTRICT, STREET = Named("徐汇区", "Xuhui District", "310104"), Named("徐家汇街道", "Xujiahui Subdistrict", "310104007")
ASKED = Asked(district=DISTRICT, street=STREET, email="First@Example.org", starters=False)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def called(asked: Asked, *, at=NOW) -> tuple[int, list[str]]:
    said: list[str] = []
    return run_begin(asked, at=at, say=said.append), said


def token_in(said: list[str]) -> str:
    (link,) = [line.strip() for line in said if "/invitation/" in line]
    return link.rstrip("/").rpartition("/")[2]


def again(**more: object) -> tuple[int, list[str]]:
    at = more.pop("at", NOW)
    return called(Asked(again=True, **more), at=at)


def test_an_empty_installation_gets_its_place_its_office_and_one_link():
    status, said = called(ASKED)

    assert status == 0
    assert list(Place.objects.order_by("path").values_list("kind", "name", "code")) == [
        ("district", "徐汇区", "310104"), ("subdistrict", "徐家汇街道", "310104007"),
    ]  # fmt: skip
    installed = Installation.objects.get()
    assert (installed.name, installed.demo) == ("徐家汇街道", False)
    assert installed.root_path == Place.objects.get(kind=Kind.SUBDISTRICT).path
    assert list(Organisation.objects.values_list("kind", "name", "name_en")) == [
        ("street_office", "徐家汇街道办事处", "Xujiahui Subdistrict Office")
    ]
    assert list(Post.objects.values_list("role", "place__name")) == [("administrator", "徐家汇街道")]
    assert open_invitation(token=token_in(said), at=NOW).email == "first@example.org"
    assert set(AdminAct.objects.values_list("actor", flat=True)) == {"system:command"}


def test_the_secret_is_in_no_row_and_a_mail_server_is_written_to_only_where_there_is_one(settings):
    _status, said = called(ASKED)
    token = token_in(said)
    assert token not in repr([list(model.objects.values()) for model in (Invitation, AdminAct, Delivery)])
    assert not Delivery.objects.exists()  # it would be written into a file

    settings.CHANNELS = settings.CHANNELS | {"mail": "smtp://mail.example.org"}
    again(at=timezone.now())

    assert Delivery.objects.get().channel == "mail"


def test_a_second_call_changes_nothing_and_says_where_the_office_stands():
    called(ASKED)
    before = (Place.objects.count(), Invitation.objects.get().token_hash, AdminAct.objects.count())

    status, said = called(ASKED)

    assert (status, said[-1]) == (0, "For a new link: linli office begin --again")
    assert not any("/invitation/" in line for line in said)
    assert (Place.objects.count(), Invitation.objects.get().token_hash, AdminAct.objects.count()) == before


def test_a_new_link_ends_the_first_and_may_go_to_another_address():
    first = token_in(called(ASKED)[1])

    status, said = again(email="other@example.org", at=NOW + timedelta(hours=1))

    assert status == 0
    assert open_invitation(token=token_in(said), at=NOW + timedelta(hours=1)).email == "other@example.org"
    with pytest.raises(NotFound):
        open_invitation(token=first, at=NOW + timedelta(hours=1))


def test_a_link_that_is_too_old_is_made_anew():
    called(ASKED)
    later = NOW + LIFE

    assert "The invitation was not used and is too old." in called(ASKED, at=later)[1]
    assert open_invitation(token=token_in(again(at=later)[1]), at=later)


def test_who_was_interrupted_before_a_key_was_set_is_let_in_once_more():
    token = token_in(called(ASKED)[1])
    account = accept_invitation(token=token, name="第一位", password=None, at=NOW)

    assert "has set no passkey" in "".join(called(ASKED)[1])
    invited = open_invitation(token=token_in(again()[1]), at=NOW)

    assert invited.account == account


@pytest.mark.parametrize("asked", [ASKED, Asked(again=True, email="second@example.org")])
def test_nobody_comes_in_from_the_command_line_beside_an_administrator(asked):
    account = accept_invitation(token=token_in(called(ASKED)[1]), name="第一位", password=None, at=NOW)
    Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data={})

    status, said = called(asked, at=NOW + timedelta(minutes=1))

    assert status == 1
    assert said == [
        "This office has an administrator who has signed in. Whoever else is needed is invited at /people/."
    ]
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("asked", [ASKED, Asked(again=True)])
def test_a_demonstration_stays_one(street: Street, asked):
    Installation.objects.update(demo=True)

    status, said = called(asked)

    assert (status, len(said)) == (1, 1)
    assert "demonstration" in said[0]
    assert not Invitation.objects.exists()


def test_there_is_no_new_link_before_the_office_has_begun():
    assert again() == (1, ["This office has not begun."])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Asked(district=DISTRICT, street=STREET), "email"),
        (Asked(district=DISTRICT, street=STREET, email="no address"), "email"),
        (Asked(district=DISTRICT, email="a@example.org"), "street"),
        (Asked(street=STREET, email="a@example.org"), "district"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_left_behind(wrong, field):
    status, said = called(wrong)

    assert (status, said[0].partition(":")[0]) == (1, f"--{field}")
    assert (Place.objects.count(), Installation.objects.count(), Post.objects.count()) == (0, 0, 0)


def test_a_tree_that_was_brought_in_is_used():
    district = create_place(parent=None, kind=Kind.DISTRICT, name="徐汇区")
    ours = create_place(parent=district, kind=Kind.SUBDISTRICT, name="徐家汇街道", code="310104007")
    assert called(Asked(email="a@example.org", starters=False))[0] == 0

    assert Installation.objects.get().root_path == ours.path
    assert Place.objects.count() == 2


def test_of_several_streets_one_is_named():
    district = create_place(parent=None, kind=Kind.DISTRICT, name="徐汇区")
    create_place(parent=district, kind=Kind.SUBDISTRICT, name="徐家汇街道", code="310104007")
    next_door = create_place(parent=district, kind=Kind.SUBDISTRICT, name="天平路街道", code="310104003")
    with pytest.raises(Invalid) as told:
        beginning.begin(
            district=Named(), street=Named("长桥街道"), office=Named(), name="", email="a@example.org", at=NOW
        )
    assert told.value.fields["street"] == (
        "Choose one by its name or code: 徐家汇街道 310104007, 天平路街道 310104003."
    )

    assert called(Asked(street=Named("310104003"), email="a@example.org", starters=False))[0] == 0

    assert Installation.objects.get().root_path == next_door.path


def test_an_office_begins_with_what_linli_comes_with():
    called(Asked(district=DISTRICT, street=STREET, email="a@example.org"))

    assert starters.waiting() == []
    assert (CaseClass.objects.count() > 20, RoutingRule.objects.exists(), Item.objects.count()) == (True, True, 48)
    assert set(Item.objects.values_list("confirmed", flat=True)) == {False}


def test_starters_bring_in_what_is_missing_and_leave_what_the_office_has():
    said: list[str] = []
    assert run_starters(at=NOW, say=said.append) == 1
    assert new_starters() == ""
    called(ASKED)
    assert "classes of case 24" in new_starters()
    assert not CaseClass.objects.exists()  # it is only told
    run_starters(at=NOW, say=said.append)
    CaseClass.objects.filter(code="lighting").update(name="灯")
    Item.objects.filter(code="senior_card").delete()
    assert "items of the service hall 1" in new_starters()

    said.clear()
    run_starters(at=NOW, say=said.append)

    assert "items of the service hall: 1 new" in said
    assert "classes of case: 0 new" in said
    assert CaseClass.objects.get(code="lighting").name == "灯"
    said.clear()
    run_starters(at=NOW, say=said.append)
    assert said[-1] == "All of it was there already. Nothing has changed."
