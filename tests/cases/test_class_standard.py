"""Every class of the starter catalogue from the report to the answer, its limits by grade, and its versions."""

from uuid import uuid4

import pytest
from django.utils.translation import override

from linli import lawbook
from linli.cases.domain.catalogue import catalogue, majors
from linli.cases.domain.classes import add_class, change_class, preview_class, retire_class, starter
from linli.cases.domain.closing import close_case, verify_case
from linli.cases.domain.duplicates import mark_texts
from linli.cases.domain.handling import accept_case, dispatch_case, file_case, hand_in_case, handler_of, verifier_of
from linli.cases.domain.queries import public_cases
from linli.cases.domain.standards import CLOCKS
from linli.cases.domain.versions import Change, Content, content_of, content_of_version
from linli.cases.enums import Grade, Source
from linli.cases.jobs import index
from linli.cases.models import Case, CaseClass, ClassVersion, TextMark
from linli.core import search
from linli.core.errors import Conflict, Invalid, Refused
from linli.core.models import Outbox
from linli.core.outbox import Cursor, Message
from linli.engines.clocks import Kind, Limit
from linli.people.actors import Actor
from linli.people.enums import Role
from linli.people.models import AdminAct
from linli.procedures.domain.audit import verify_one
from linli.procedures.domain.move import MissingEvidence
from linli.procedures.domain.story import story
from linli.procedures.enums import Audience
from linli.procedures.models import Clock, Procedure
from tests.neighbourhood import photo

CODES = [row["code"] for row in starter()["class"]]
HANDLE, DAY = "case.handle", Kind.WORKING_DAY


def changed(klass: CaseClass, limits: dict | None = None, **values: object) -> Content:
    now = content_of(klass)
    return Content({**now.values, **values}, {**now.limits, **(limits or {})})


@pytest.fixture
def change(street):
    """A function that puts a version of a class into force, as the administrator."""

    def make(code: str, limits: dict | None = None, **values: object) -> CaseClass:
        klass = street.klass(code)
        return change_class(
            klass=klass, version=klass.version, content=changed(klass, limits, **values), reason="",
            by=street.by("administrator"), at=street.now, action=uuid4(),
        )  # fmt: skip

    return make


def by_holder(street, post) -> Actor:
    """Whoever holds a post of the tests' neighbourhood."""
    key = next(key for key, each in street.posts.items() if each.pk == post.pk)
    return Actor.in_post(street.posts[key], street.accounts[key])


# --- the catalogue


def test_the_catalogue_holds_the_eighteen_classes_of_the_area_and_six_more():
    assert set(CODES) == {
        "parking", "piling", "charging", "structures", "posting", "noise", "pets", "falling", "games", "fire_lane",
        "facility", "leak", "waste", "trees", "lighting", "illegal_building", "overcrowding", "gas", "manhole", "other",
        "fire", "lift", "care", "camera_finding",
    }  # fmt: skip


@pytest.mark.parametrize("row", starter()["class"], ids=CODES)
def test_a_class_says_all_that_a_class_must(row):
    texts = ("name", "filing", "closing", "next", "elsewhere")

    assert [name for text in texts for name in (text, f"{text}_en") if not row[name]] == []
    assert row["standard_code"] in majors()
    assert (row["lead"] in Role.values, set(row["helpers"]) <= set(Role.values)) == (True, True)
    assert row["lead"] not in row["helpers"]
    if row.get("basis"):
        assert lawbook.book().versions(row["basis"])


def test_what_would_mark_a_person_is_public_nowhere(street):
    assert {k.code for k in CaseClass.objects.filter(publicity="never")} == {"games", "overcrowding", "care"}
    assert {k.code for k in CaseClass.objects.filter(sealed=True)} == {"games", "care"}


@pytest.mark.parametrize("code", CODES)
def test_every_class_goes_from_the_report_to_the_answer(code, street, report):
    klass = street.klass(code)
    desk = street.by("duty_officer")
    case = report(klass=klass, text="请来看看。").case
    case = file_case(case=case, version=1, klass=klass, by=desk, at=street.now, action=uuid4())
    assert (case.standard.number, case.grade, case.proposed.role) == (1, klass.grade, lead_of(code))
    case = dispatch_case(case=case, version=2, to=case.proposed, reason="", by=desk, at=street.now, action=uuid4())
    handler = by_holder(street, handler_of(case))
    case = accept_case(case=case, version=3, by=handler, at=street.now, action=uuid4())
    work = {"case": case, "version": 4, "text": "已处理。", "by": handler, "at": street.now}
    if klass.photos_asked:
        with pytest.raises(MissingEvidence):
            hand_in_case(**work, photos=[photo()] * (klass.photos_asked - 1), action=uuid4())
    case = hand_in_case(**work, photos=[photo(f"{n}.png") for n in range(klass.photos_asked)], action=uuid4())
    checker = by_holder(street, verifier_of(case))
    case = verify_case(case=case, version=5, by=checker, at=street.now, action=uuid4())
    case = close_case(case=case, version=6, answer="已处理。", by=desk, at=street.now, action=uuid4())

    assert (case.procedure.state, case.procedure.sealed) == ("closed", klass.sealed)
    assert set(Clock.objects.values_list("state", flat=True)) == {"met"}
    assert set(Clock.objects.values_list("rule", flat=True)) == set(CLOCKS)
    assert limits_of(case) == expected_limits(code, case.grade)
    assert public_cases().filter(pk=case.pk).exists() == (klass.publicity == "public")


def lead_of(code: str) -> str:
    return next(row["lead"] for row in starter()["class"] if row["code"] == code)


def limits_of(case: Case) -> dict[str, tuple[int, str]]:
    return {clock.rule: (clock.amount, clock.unit) for clock in Clock.objects.filter(procedure=case.pk)}


def expected_limits(code: str, grade: str) -> dict[str, tuple[int, str]]:
    """What the file says, and where it says nothing the lawbook."""
    row = next(row for row in starter()["class"] if row["code"] == code)
    own = row.get("ordinary", {})
    if grade == Grade.URGENT:
        own = own | starter()["urgent"] | row["urgent"]
    texts = {clock: own[clock].split() for clock in CLOCKS if clock in own}
    law = {clock: lawbook.book().versions(clock)[-1].limit for clock in CLOCKS}
    return {
        clock: (int(texts[clock][0]), texts[clock][1]) if clock in texts else (law[clock].amount, law[clock].kind)
        for clock in CLOCKS
    }


# --- grade and hotline


def test_the_desk_may_grade_and_the_urgent_limits_apply(report, street):
    case = report(klass=street.klass("trees")).case

    case = file_case(
        case=case, version=1, klass=case.klass, grade="urgent", by=street.by("duty_officer"), at=street.now,
        action=uuid4(),
    )  # fmt: skip
    dispatch_case(
        case=case, version=2, to=case.proposed, reason="", by=street.by("duty_officer"), at=street.now, action=uuid4()
    )

    assert case.grade == "urgent"
    assert limits_of(case)[HANDLE] == (6, "urgent_hour")
    assert limits_of(case)["case.dispatch"] == (15, "minute")  # started by the very step that graded it
    assert story(case.procedure, list(Audience))[1].says["grade"] == "urgent"


@pytest.mark.parametrize(
    ("code", "hotline", "applied"),
    [
        ("trees", "consult", (1, "working_day", "hotline.consult", True)),
        ("trees", "review", (3, "working_day", "hotline.review", True)),
        ("trees", "help", (5, "working_day", "hotline.help", True)),
        ("trees", "complex", (15, "working_day", "hotline.complex", True)),
        ("lighting", "consult", (1, "working_day", "hotline.consult", True)),  # sooner than the class's two days
        ("lighting", "help", (2, "working_day", "class", False)),  # the class's own is sooner
        ("lighting", "complex", (2, "working_day", "class", False)),  # and is never lengthened
    ],
)
def test_the_hotlines_limits_stand_behind_the_classs_own(code, hotline, applied, report, street):
    case = report(klass=street.klass(code), source=Source.HOTLINE, by=street.by("duty_officer")).case
    desk = street.by("duty_officer")

    case = file_case(case=case, version=1, klass=case.klass, hotline=hotline, by=desk, at=street.now, action=uuid4())
    dispatch_case(case=case, version=2, to=case.proposed, reason="", by=desk, at=street.now, action=uuid4())

    clock = Clock.objects.get(procedure=case.pk, rule=HANDLE)
    assert (clock.amount, clock.unit, clock.source, clock.assumed) == applied


def test_what_did_not_come_from_the_hotline_has_no_kind_there(report, street):
    case = report().case

    with pytest.raises(Invalid) as told:
        file_case(
            case=case, version=1, klass=case.klass, hotline="help", by=street.by("duty_officer"), at=street.now,
            action=uuid4(),
        )  # fmt: skip

    assert list(told.value.fields) == ["hotline"]


def test_a_case_that_turns_out_to_be_a_tip_is_sealed_when_it_is_filed(report, street):
    case = report(klass=street.klass("noise")).case

    case = file_case(
        case=case, version=1, klass=street.klass("games"), by=street.by("duty_officer"), at=street.now, action=uuid4()
    )

    assert case.procedure.sealed
    told = Outbox.objects.get(procedure=case.pk, topic="case.file")
    assert told.body["seen_by"]["sealed"]  # no open page hears of it but those of its posts


def test_of_a_case_that_is_sealed_when_it_is_filed_no_word_stays_findable(report, street):
    case = report(klass=None, place=None, text="棋牌室里天天有人赌钱，半夜也不停。").case
    mark_texts([case.pk])
    search.put(case.pk, case.text)
    assert TextMark.objects.filter(procedure=case.pk).exists()

    file_case(
        case=case, version=1, klass=street.klass("games"), by=street.by("duty_officer"), at=street.now, action=uuid4()
    )

    assert not TextMark.objects.filter(procedure=case.pk).exists()
    assert not Procedure.objects.filter(pk__in=search.matching("赌钱")).exists()

    search.put(case.pk, case.text)  # by a reader of "case.opened" who had looked before it was sealed
    index(Message(Cursor(0, 0), "case.file", case.pk, {}, street.now))
    assert not Procedure.objects.filter(pk__in=search.matching("赌钱")).exists()


def test_who_hears_of_a_case_that_is_put_right_is_whoever_works_at_its_new_place(report, street):
    case = report(place=street.places["building"]).case

    file_case(
        case=case, version=1, klass=case.klass, place=street.places["building_15"], by=street.by("duty_officer"),
        at=street.now, action=uuid4(),
    )  # fmt: skip

    heard_at = Outbox.objects.get(procedure=case.pk, topic="case.file").body["seen_by"]
    assert heard_at["path"] == street.places["building_15"].path
    assert heard_at["cell"] == street.places["cell_02"].pk


# --- versions


def test_a_filed_case_keeps_its_limits_and_the_next_one_gets_the_new(case_in, change, report, street):
    filed = case_in("filed")

    change("lighting", {(HANDLE, "ordinary"): Limit(1, DAY)}, closing="灯亮")

    desk = street.by("duty_officer")
    dispatch_case(case=filed, version=2, to=filed.proposed, reason="", by=desk, at=street.now, action=uuid4())
    assert limits_of(filed)[HANDLE] == (2, "working_day")
    assert limits_of(case_in("dispatched"))[HANDLE] == (1, "working_day")


def test_the_preview_says_which_open_cases_change_and_which_keep_what_they_have(case_in, report, street):
    case_in("filed"), case_in("closed")
    waiting = report().case
    klass = street.klass()

    preview = preview_class(klass, changed(klass, {(HANDLE, "ordinary"): Limit(1, DAY)}, closing="灯亮"))

    assert preview.changed == [
        Change("closing", "灯已正常，现场照片可见", "灯亮"),
        Change((HANDLE, "ordinary"), Limit(2, DAY), Limit(1, DAY)),
    ]
    assert (preview.waiting, preview.waiting_count, preview.kept) == ([waiting.procedure.number], 1, 1)


def test_going_back_is_a_new_version_with_the_old_content(change, street):
    change("lighting", closing="灯亮")
    klass = street.klass()
    first = content_of_version(ClassVersion.objects.select_related("klass").get(klass=klass, number=1))

    back = change_class(
        klass=klass, version=2, content=first, reason="back", by=street.by("administrator"), at=street.now,
        action=uuid4(),
    )  # fmt: skip

    assert (back.version, back.closing) == (3, "灯已正常，现场照片可见")
    assert [v.reason for v in ClassVersion.objects.filter(klass=klass)] == ["back", "", ""]
    assert AdminAct.objects.filter(what="class_changed").latest("pk").detail == "back; closing: 灯已正常，现场照片可见"


def test_the_second_administrator_is_told_and_a_doubled_submit_has_one_effect(street):
    klass, by, action = street.klass(), street.by("administrator"), uuid4()
    given = {"klass": klass, "version": 1, "reason": "", "by": by, "at": street.now}

    for _twice in range(2):
        change_class(**given, content=changed(klass, closing="灯亮"), action=action)
    with pytest.raises(Conflict) as told:
        change_class(**given, content=changed(klass, closing="亮了"), action=uuid4())

    assert (told.value.current.number, told.value.current.author) == (2, by.account)
    assert ClassVersion.objects.filter(klass=klass).count() == 2
    assert street.klass().closing == "灯亮"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "噪声"}, "name"),
        ({"name_en": "Noise"}, "name_en"),
        ({"filing": "x" * 201}, "filing"),
        ({"next": "\0"}, "next"),
        ({"basis": "no.such"}, "basis"),
        ({"standard_code": "event-99"}, "standard_code"),
    ],
)
def test_a_class_that_cannot_be_is_refused(values, field, change):
    with pytest.raises(Invalid) as told:
        change("lighting", **values)

    assert list(told.value.fields) == [field]


@pytest.mark.parametrize("role", ["duty_officer", "auditor", "property_manager", "outsider"])
def test_only_an_administrator_changes_adds_or_retires(role, street):
    klass, by = street.klass(), street.by(role)
    content = changed(klass, name="新", name_en="New")
    more = {"reason": "x", "by": by, "at": street.now}

    with pytest.raises(Refused):
        change_class(klass=klass, version=1, content=content, action=uuid4(), **more)
    with pytest.raises(Refused):
        add_class(
            code="new-one", content=content, role=Role.AREA_LEAD, place=street.places["street"], action=uuid4(), **more
        )
    with pytest.raises(Refused):
        retire_class(klass=klass, version=1, replacement=street.klass("other"), **more)


def test_an_added_class_is_somebodys_at_once(report, street):
    content = changed(street.klass(), name="路面", name_en="Pavement")

    klass = add_class(
        code="pavement", content=content, role=Role.AREA_LEAD, place=street.places["street"], reason="",
        by=street.by("administrator"), at=street.now, action=uuid4(),
    )  # fmt: skip

    assert report(klass=klass).case.proposed.role == "area_lead"
    with pytest.raises(Invalid):
        add_class(
            code="new", content=changed(klass, name="另", name_en="Other one"), role=Role.AREA_LEAD,
            place=street.places["street"], reason="", by=street.by("administrator"), at=street.now, action=uuid4(),
        )  # fmt: skip


def test_a_retired_class_passes_on_what_is_not_filed_and_keeps_what_is(case_in, report, street):
    filed, waiting = case_in("filed"), report().case

    passed = retire_class(
        klass=street.klass(), version=1, replacement=street.klass("facility"), reason="merged",
        by=street.by("administrator"), at=street.now,
    )  # fmt: skip

    assert passed == 1
    assert [Case.objects.get(pk=case.pk).klass.code for case in (filed, waiting)] == ["lighting", "facility"]
    assert catalogue().named("lighting").code == "facility"
    last = story(waiting.procedure, list(Audience))[-1]
    assert (last.kind, last.says["klass"]) == ("reclassed", "facility")
    waiting.procedure.refresh_from_db()
    assert verify_one(waiting.procedure) == []


def test_a_class_speaks_the_readers_language(street):
    gas = street.klass("gas")

    with override("en"):
        assert gas.elsewhere_text.startswith("If you smell gas: switch nothing on or off")
    with override("zh-hans"):
        assert gas.elsewhere_text.startswith("闻到燃气味：不要开关任何电器")
