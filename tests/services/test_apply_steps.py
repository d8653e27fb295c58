"""A resident applies for an item, one question a page: forth and back, changed, wrong, twice, and with papers that
were given before."""

import pytest
from django.test import Client

from linli.services.enums import Held
from linli.services.models import Request, RequestMaterial
from tests import papers
from tests.services.walk import answer, begin, send
from tests.services.window import PASSED_ON, ask, open_window, step

AT = f"/services/{PASSED_ON}/apply/"
MINE = "13812345678"
DAUGHTER = {"proxy": "钱小燕", "applicant": "钱宝珍", "relation": "女儿"}


@pytest.fixture
def window(street, tmp_path, settings):
    settings.FILES = tmp_path / "files"
    open_window()
    return street


@pytest.fixture
def person(window) -> Client:
    return Client(headers={"accept-language": "en"})


def page(client: Client, name: str) -> str:
    return client.get(f"{AT}{name}/").content.decode()


def walk(client: Client, street, **other) -> list[str]:
    """A daughter applies for her mother, and asks for a visit at home. Where each answer led."""
    answers = {
        "names": DAUGHTER, "reach": {"contact": MINE}, "more": {"words": "腿脚不便。", "visit": "on"},
        "estate": {"place": street.places["estate"].path},
        "home": {"place": street.places["building"].path, "room": "301"},
        "papers": {"paper-id_card": papers.photo("正面.jpg"), "keep_papers": "on"},
    } | other  # fmt: skip
    return answer(client, PASSED_ON, **answers)


def test_forth_page_by_page_and_nothing_is_asked_that_the_guide_has_asked(window, person):
    assert begin(person, PASSED_ON, who="other").url == f"{AT}names/"
    first = page(person, "names")
    assert ("Step 3 of 7" in first, "letter of authority" in first.lower()) == (True, True)

    led = walk(person, window)

    assert led == [f"{AT}{name}/" for name in ("reach", "more", "estate", "home", "papers", "check")]
    check = page(person, "check")
    shown = (
        "For somebody else",
        "My first permit",
        "钱小燕",
        "钱宝珍",
        "女儿",
        "138****5678",
        "腿脚不便。",
        "301",
        "正面.jpg",
    )
    assert [part for part in shown if part not in check] == []
    assert (MINE in check, check.count("/apply/names/"), check.count("I bring it later")) == (False, 3, 5)
    assert send(person, PASSED_ON).url == "/services/sent/"
    request = Request.objects.get()
    assert (request.applicant, request.proxy, request.relation, request.choice, request.room, request.words) == (
        "钱宝珍", "钱小燕", "女儿", "first", "301", "腿脚不便。"
    )  # fmt: skip
    assert (request.keep_papers, request.procedure.place) == (True, window.places["building"])
    assert "services.apply" not in person.session
    assert request.procedure.number in person.get("/services/sent/").content.decode()


def test_back_shows_what_was_answered_and_a_changed_answer_leads_to_the_overview(window, person):
    begin(person, PASSED_ON, who="other")
    backs = [person.get(f"{AT}names/").context["back_url"]]
    walk(person, window)
    later = ("reach", "more", "estate", "home", "papers", "check")
    backs += [person.get(f"{AT}{name}/").context["back_url"] for name in later]

    guide = f"/services/{PASSED_ON}/guide/?who=other&choice=first&before=no"
    assert backs == [guide, f"{AT}names/", *(f"{AT}{name}/" for name in later[:-1])]
    assert [part for part in DAUGHTER.values() if part not in page(person, "names")] == []
    assert (MINE in page(person, "reach"), "正面.jpg" in page(person, "papers")) == (True, True)
    assert person.get(f"{AT}more/").context["back_url"] == f"{AT}check/"  # once the overview was seen
    assert answer(person, PASSED_ON, more={"words": "可以自己来。"}, reach={"none": "1"}) == [f"{AT}check/"] * 2
    check = page(person, "check")
    assert ("可以自己来。" in check, "301" in check, "nobody, I follow it" in check, "正面.jpg" in check) == (
        True, False, True, True
    )  # fmt: skip
    send(person, PASSED_ON)
    assert (Request.objects.get().procedure.place, Request.objects.get().room) == (None, "")


def test_for_whom_may_be_changed_and_then_only_the_names_are_asked_anew(window, person):
    begin(person, PASSED_ON)
    answer(person, PASSED_ON, names={"applicant": "钱小燕"}, reach={}, more={}, papers={})
    page(person, "check")

    assert answer(person, PASSED_ON, whom={"who": "other"}) == [f"{AT}check/"]
    assert person.get(f"{AT}check/").url == f"{AT}names/"
    assert answer(person, PASSED_ON, names=DAUGHTER) == [f"{AT}check/"]
    assert begin(person, PASSED_ON, who="other", choice="renew").url == f"{AT}check/"  # once more through the guide
    send(person, PASSED_ON)

    request = Request.objects.get()
    assert (request.proxy, request.choice) == ("钱小燕", "renew")
    assert "authority" in RequestMaterial.objects.filter(request=request).values_list("key", flat=True)


def test_pressing_twice_applies_once(window, person):
    begin(person, PASSED_ON, who="other")
    walk(person, window)
    action = person.get(f"{AT}check/").context["form"]["action"].value()

    sent = [person.post(f"{AT}check/", {"action": action}).headers["Location"] for _again in range(2)]

    assert (sent, Request.objects.count()) == (["/services/sent/"] * 2, 1)


def test_what_is_typed_wrong_stays_and_says_what_to_do(window, person):
    begin(person, PASSED_ON, who="other")
    names = person.post(f"{AT}names/", {"applicant": "钱宝珍"})
    answer(person, PASSED_ON, names=DAUGHTER)
    reach = person.post(f"{AT}reach/", {"contact": "1381"})
    answer(person, PASSED_ON, reach={}, more={"visit": "on"})
    answer(person, PASSED_ON, estate={"place": window.places["estate"].path})
    home = person.post(f"{AT}home/", {"room": "301"})

    said = (
        (names, "Write your own name", "钱宝珍"), (reach, "Error", "1381"), (home, "Choose the building", "301"),
    )  # fmt: skip
    for wrong, why, typed in said:
        assert (wrong.status_code, why in wrong.content.decode(), typed in wrong.content.decode()) == (422, True, True)
    assert Request.objects.count() == 0


def test_nobody_comes_to_a_later_page_without_the_earlier_answers(window, person):
    guide = f"/services/{PASSED_ON}/guide/"
    assert [person.get(f"{AT}{name}").url for name in ("", "names/", "papers/", "check/")] == [guide] * 4

    begin(person, PASSED_ON)

    later = ("reach", "more", "papers", "check")
    assert [person.get(f"{AT}{name}/").url for name in later] == [f"{AT}names/"] * 4
    answer(person, PASSED_ON, names={"applicant": "钱宝珍"}, reach={}, more={})
    assert [person.get(f"{AT}{name}/").url for name in ("estate", "home", "again", "check")] == [f"{AT}papers/"] * 4
    answer(person, PASSED_ON, papers={})
    assert [person.get(f"{AT}{name}/").status_code for name in ("home", "again", "nothing")] == [404] * 3
    assert person.get("/services/senior_card/apply/names/").url == "/services/senior_card/guide/"


def test_what_needs_the_person_themselves_is_not_asked_for_by_another(window, person):
    code = "pension_check"
    begin(person, code, who="other", choice=ask(window, code).request.choice)

    wrong = person.post(f"/services/{code}/apply/names/", DAUGHTER)

    assert (wrong.status_code, "needs the person themselves" in wrong.content.decode()) == (422, True)
    assert person.post(f"/services/{code}/apply/whom/", {"who": "me"}).url == f"/services/{code}/apply/names/"


def test_the_session_holds_nothing_that_can_be_read(window, person):
    begin(person, PASSED_ON, who="other")
    walk(person, window)

    assert [part for part in (MINE, "钱宝珍", "腿脚不便", "正面") if part in str(dict(person.session))] == []


# --- papers given before


def given_before(window, **more):
    """A request whose photo was received, with consent that it serves again."""
    first = ask(window, keep_papers=True, **more)
    step(window, first.request, "receive", papers=["photo"])
    return first


def test_an_account_is_asked_about_papers_given_before_only_where_there_are_some(window, person):
    person.force_login(window.accounts["resident"])
    begin(person, PASSED_ON, before="yes")
    without = answer(person, PASSED_ON, names={"applicant": "钱宝珍"}, reach={}, more={})
    given_before(window, account=window.accounts["resident"])

    with_one = answer(person, PASSED_ON, more={})
    shown = page(person, "again")
    led = answer(person, PASSED_ON, again={"reuse": "on"}, papers={})

    assert (without[-1], with_one, led) == (f"{AT}papers/", [f"{AT}again/"], [f"{AT}papers/", f"{AT}check/"])
    assert ("photo" in shown.lower(), "paper-photo" in page(person, "papers")) == (True, False)
    send(person, PASSED_ON)
    request = Request.objects.latest("procedure__opened")
    assert dict(RequestMaterial.objects.filter(request=request).values_list("key", "held"))["photo"] == Held.REUSED


def test_without_an_account_number_and_code_open_them_and_nothing_else_does(window, person):
    first = given_before(window)
    number = first.request.procedure.number
    other = ask(window).request.procedure.number
    begin(person, PASSED_ON, before="yes")
    assert answer(person, PASSED_ON, names={"applicant": "钱宝珍"}, reach={}, more={})[-1] == f"{AT}again/"

    for wrong in ({"earlier_number": number, "earlier_code": "AAAAAAAAAA"},
                  {"earlier_number": other, "earlier_code": first.claim_code}):  # fmt: skip
        refused = person.post(f"{AT}again/", wrong)
        assert (refused.status_code, wrong["earlier_number"] in refused.content.decode()) == (422, True)
    led = answer(person, PASSED_ON, again={"earlier_number": number, "earlier_code": first.claim_code}, papers={})
    assert led == [f"{AT}papers/", f"{AT}check/"]
    check = page(person, "check")
    assert ("Papers used again" in check, first.claim_code in check) == (True, False)

    answer(person, PASSED_ON, names={"applicant": "别人"})  # whose papers these are not
    assert person.get(f"{AT}check/").url == f"{AT}again/"
    assert answer(person, PASSED_ON, again={"none": "1"}) == [f"{AT}check/"]
    send(person, PASSED_ON)
    request = Request.objects.get(applicant="别人")
    assert not RequestMaterial.objects.filter(request=request, held=Held.REUSED).exists()
