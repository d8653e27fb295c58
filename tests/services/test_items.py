"""The catalogue of the 48 items: content in two languages, search, the guide, versions."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from linli.core.errors import Conflict, Invalid, Refused
from linli.procedures.models import Clock, Procedure
from linli.services.domain.catalogue import (
    bring_into_force,
    catalogue,
    change_item,
    find_items,
    item_on,
    load_starter_items,
    starter,
)
from linli.services.domain.content import Text, content_of
from linli.services.domain.guide import what_to_bring
from linli.services.domain.handling import fresh
from linli.services.enums import Channel, Group
from linli.services.models import Item, ItemVersion
from tests.neighbourhood import LONG_AGO
from tests.services.window import ask, missing, open_window, step


def test_there_are_48_items_each_with_content_in_both_languages():
    rows = starter()["item"]

    assert len(rows) == len({row["code"] for row in rows}) == 48
    assert {row["group"] for row in rows} == set(Group.values)
    texts = [
        (row["code"], text["zh"], text["en"])
        for row in rows
        for text in (row["name"], row["who"], row["ask"], row["result"], *row["conditions"], *row["basis"],
                     *row["options"])
    ]  # fmt: skip
    assert [code for code, zh, en in texts if not zh.strip() or not en.strip() or zh == en] == []
    assert [row["code"] for row in rows if len(row["options"]) < 2 or not row["conditions"] or not row["basis"]] == []


@pytest.fixture
def window_open(street):
    open_window()
    return street


def test_the_starter_set_is_loaded_once(window_open):
    assert load_starter_items(at=LONG_AGO) == 0
    assert Item.objects.count() == ItemVersion.objects.count() == 48


def test_what_is_kept_of_an_item_reads_back_as_it_was_written(window_open):
    for version in ItemVersion.objects.all():
        assert content_of(version.content).as_data() == content_of(content_of(version.content).as_data()).as_data()


def test_words_find_an_item_in_either_language_names_first(window_open, street):
    today = street.now.date()

    assert next(each.item.code for each in find_items("居住证", "", today)) == "residence_permit"
    assert [each.item.code for each in find_items("dog licence", "", today)] == ["dog_licence"]
    assert {each.content.group for each in find_items("", "hardship", today)} == {"hardship"}
    assert find_items("太空旅行", "", today) == []


def test_three_questions_end_with_the_papers_to_bring_and_what_is_never_asked(window_open, street):
    content = item_on("residence_permit", street.now.date()).content

    def keys(**answers):
        bring = what_to_bring(content, **answers)
        return [[paper.key for paper in each] for each in (bring.papers, bring.again, bring.office)]

    assert keys(choice="lost", for_other=False, given_before=False) == [["id_card"], [], ["insured", "permit"]]
    assert keys(choice="first", for_other=True, given_before=True) == [
        ["id_card", "authority", "proxy_id"], ["photo", "lease", "landlord"], ["insured", "permit"]
    ]  # fmt: skip


def change(street, code, by="administrator", **changes):
    each = item_on(code, street.now.date())
    given = {
        "number": each.version.number, "content": each.content, "days": each.version.days, "unit": each.version.unit,
        "effective_from": street.now.date(), "reason": "本市新规定", **changes,
    }  # fmt: skip
    return change_item(item=each.item, by=street.by(by), at=street.now, action=uuid4(), **given)


def test_a_new_version_holds_from_its_day_and_requests_keep_theirs(window_open, street):
    before = ask(street).request
    content = replace(item_on("residence_permit", street.now.date()).content, name=Text("居住证业务", "Permit"))
    tomorrow = street.now.date() + timedelta(days=1)

    change(street, "residence_permit", content=content, days=7, effective_from=tomorrow)

    assert (item_on("residence_permit", street.now.date()).version.number, Item.objects.get(
        code="residence_permit").name) == (1, "居住证申办、签注、挂失")  # fmt: skip
    assert item_on("residence_permit", tomorrow).version.number == 2
    assert bring_into_force(on=tomorrow) == 1
    row = Item.objects.get(code="residence_permit")
    assert (row.version, row.name, row.days) == (2, "居住证业务", 7)
    step(street, before, "accept", papers=missing(before))
    assert Clock.objects.get(procedure=before.pk, rule="request.decide").amount == 10
    after = ask(street, at=street.now + timedelta(days=1)).request
    step(street, after, "accept", papers=missing(after), at=street.now + timedelta(days=1))
    assert Clock.objects.get(procedure=after.pk, rule="request.decide").amount == 7


def test_only_an_administrator_changes_an_item_with_a_reason_and_not_backwards(window_open, street):
    with pytest.raises(Refused):
        change(street, "senior_card", by="window_clerk")
    with pytest.raises(Invalid) as told:
        change(street, "senior_card", reason=" ", effective_from=date(2026, 1, 1), days=999)

    assert set(told.value.fields) == {"reason", "effective_from", "days"}
    change(street, "senior_card", days=1)
    with pytest.raises(Conflict):
        change(street, "senior_card", number=1)
    assert catalogue().on(Item.objects.get(code="senior_card"), street.now.date()).version.number == 2


def test_an_item_that_needs_the_person_takes_no_proxy(window_open, street):
    with pytest.raises(Invalid) as told:
        ask(street, "pension_check", proxy="钱小燕", relation="女儿")

    assert set(told.value.fields) == {"proxy"}
    assert Procedure.objects.filter(kind="request").count() == 0


def test_a_doubled_application_is_one_request_with_one_code(window_open, street):
    action = uuid4()

    first, second = ask(street, action=action), ask(street, action=action)

    assert (first.request.pk, first.claim_code) == (second.request.pk, second.claim_code)
    assert len(missing(fresh(first.request))) == len(set(missing(first.request)))
    assert first.request.channel == Channel.ONLINE


def test_the_second_of_two_keeps_what_was_written_and_can_send_it_behind_the_first(window_open, street, sign_in):
    page, client = "/services/items/senior_card/", sign_in("administrator")
    shown = client.get(page).context["form"]
    change(street, "senior_card")
    values = {name: shown[name].value() for name in shown.fields}
    written = {name: value for name, value in values.items() if value is not None and value is not False}
    written |= {"reason": "窗口改了", "effective_from": "2027-01-04"}

    late = client.post(page, written)
    form = late.context["form"]
    again = client.post(page, {**written, "number": form["number"].value()})

    assert (late.status_code, form["reason"].value(), form["number"].value()) == (422, "窗口改了", "2")
    assert (again.status_code, ItemVersion.objects.filter(item__code="senior_card").count()) == (302, 3)
