"""The UI kit, as the server renders it: fields tied to their words, clocks and dates said in both languages."""

import re
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from linli.core import dates, navigation
from linli.core.forms import ActionForm, CodeInput, Hinted, KitForm, MoveForm, PhotosField
from linli.core.standing import Standing, standing

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2025, 11, 25, 14, 0, tzinfo=SHANGHAI)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class NoteForm(KitForm):
    text = forms.CharField(label="What did you see?", help_text="Two lines.", max_length=20, widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="Kind",
        widget=forms.RadioSelect,
        choices=[("lamp", Hinted("Lighting", "On the stairs")), ("lift", "Lift")],
    )
    agree = forms.BooleanField(label="I agree", help_text="Without your name.")
    note = forms.CharField(label="Note", required=False)


def attribute(html: str, element: str, name: str) -> str | None:
    found = re.search(rf'<[^>]*id="{element}"[^>]*>', html)
    assert found, element
    value = re.search(rf' {name}="([^"]*)"', found.group())
    return value.group(1) if value else None


def rendered(source: str, **context: object) -> str:
    return Template("{% load kit %}" + source).render(Context(context)).strip()


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def chinese(english):
    with translation.override("zh-hans"):
        yield


def test_a_field_is_described_by_its_hint_its_message_and_its_count():
    html = str(NoteForm({"text": ""}))

    assert attribute(html, "id_text", "aria-describedby") == "id_text_helptext id_text_error id_text_count"
    assert attribute(html, "id_text", "aria-invalid") == "true"
    assert '<p class="hint" id="id_text_helptext">Two lines.</p>' in html
    assert "At most 20 characters." in html
    assert "Please fill in: What did you see?" in html


def test_a_limit_is_counted_and_does_not_cut_what_is_pasted():
    html = str(NoteForm())

    assert attribute(html, "id_text", "maxlength") is None
    assert attribute(html, "id_text", "data-limit") == "20"


def test_choices_stand_in_a_fieldset_described_by_their_message():
    html = str(NoteForm({"text": "dark"}))

    assert '<fieldset aria-describedby="id_kind_error">' in html
    assert attribute(html, "id_kind_0", "aria-describedby") == "id_kind_0_hint"
    assert '<p class="hint" id="id_kind_0_hint">On the stairs</p>' in html
    assert "Please choose: Kind" in html


def test_what_may_be_left_out_says_so_and_what_must_be_there_does_not():
    html = str(NoteForm())

    assert html.count("(optional)") == 1
    assert "required" not in html


def test_a_form_shown_again_keeps_what_was_typed():
    html = str(NoteForm({"text": "a <b>dark</b> landing", "kind": "lift", "note": "since Monday"}))

    assert "a &lt;b&gt;dark&lt;/b&gt; landing" in html
    assert attribute(html, "id_note", "value") == "since Monday"
    assert " checked" in re.search(r'<input[^>]*value="lift"[^>]*>', html).group()


def test_the_summary_links_each_message_to_the_first_thing_to_fill_in():
    html = rendered("{% error_summary form %}", form=NoteForm({}))

    assert re.findall(r'<a href="#([^"]+)">([^<]+)</a>', html) == [
        ("id_text", "Please fill in: What did you see?"),
        ("id_kind_0", "Please choose: Kind"),
        ("id_agree", "Please confirm: I agree"),
    ]
    assert 'role="alert"' in html


def test_a_form_that_was_not_sent_has_no_summary():
    assert rendered("{% error_summary form nothing %}", form=NoteForm(), nothing=None) == ""


def test_a_hidden_field_that_is_wrong_is_told_in_a_persons_words():
    html = rendered("{% error_summary form %}", form=ActionForm({"action": "no uuid"}))

    assert re.findall(r"<li>([^<]+)</li>", html) == ["This page had grown old. Please send it again."]


def test_a_message_of_the_field_itself_stays():
    class HouseForm(KitForm):
        building = forms.CharField(error_messages={"required": "Write the building number, for example 12."})

    assert HouseForm({}).errors == {"building": ["Write the building number, for example 12."]}


def test_a_question_is_the_heading_of_its_page():
    html = rendered("{% question form.text %}{% question form.kind %}", form=NoteForm())

    assert '<h1 class="label"><label for="id_text">What did you see?</label></h1>' in html
    assert '<legend class="label"><h1>Kind</h1></legend>' in html


def test_a_form_carries_one_action_and_keeps_it_when_shown_again():
    hidden = '<input type="hidden" name="{}" value="{}">'
    action = "4f0c6b5e-9d4e-4a6b-8a63-2f0f8f2f3c11"

    again = str(MoveForm({"action": action, "version": "3"}))
    assert again.strip() == hidden.format("action", action) + hidden.format("version", 3)
    made = [re.search(hidden.format("action", "(.{36})"), str(ActionForm())) for _ in range(2)]
    assert len({UUID(found[1]) for found in made if found}) == 2


def test_an_action_without_a_form_class_is_kept_only_if_it_is_one():
    action = "4f0c6b5e-9d4e-4a6b-8a63-2f0f8f2f3c11"
    kept = rendered("{% action_input %}", request=RequestFactory().post("/", {"action": action}))
    new = rendered("{% action_input %}", request=RequestFactory().post("/", {"action": '"><script>'}))

    assert kept == f'<input type="hidden" name="action" value="{action}">'
    assert re.fullmatch(r'<input type="hidden" name="action" value="[0-9a-f-]{36}">', new)


def test_a_code_is_offered_from_the_message_and_never_remembered():
    class CodeForm(KitForm):
        code = forms.CharField(widget=CodeInput)

    html = str(CodeForm())

    assert attribute(html, "id_code", "autocomplete") == "one-time-code"
    assert attribute(html, "id_code", "inputmode") == "numeric"


def test_photos_are_a_list_and_no_more_than_allowed():
    class PhotoForm(KitForm):
        photos = PhotosField(most=2, required=False)

    def sent(number: int) -> PhotoForm:
        files = [SimpleUploadedFile(f"{n}.jpg", b"picture") for n in range(number)]
        return PhotoForm({}, {"photos": files} if files else {})

    assert [len(form.cleaned_data["photos"]) for form in (sent(0), sent(2)) if form.is_valid()] == [0, 2]
    assert sent(3).errors == {"photos": ["Choose at most 2 photos."]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"due": None}, None),
        ({"due": NOW + DAY, "state": "dropped"}, None),
        ({"due": NOW + 3 * HOUR}, Standing("ok", "dot", "due Tue 25 Nov, 17:00", "in 3 hours")),
        (
            {"due": NOW + 3 * HOUR, "amber": NOW - HOUR},
            Standing("soon", "warn", "due soon: Tue 25 Nov, 17:00", "in 3 hours"),
        ),
        ({"due": NOW, "amber": NOW - HOUR}, Standing("late", "stop", "overdue since Tue 25 Nov, 14:00", "just now")),
        (
            {"due": NOW - 2 * HOUR, "state": "missed"},
            Standing("late", "stop", "overdue since Tue 25 Nov, 12:00", "2 hours ago"),
        ),
        ({"due": NOW, "state": "paused"}, Standing("paused", "pause", "clock stands still")),
        (
            {"due": NOW + 60 * DAY, "provisional": True},
            Standing("ok", "dot", "due Sat 24 Jan 2026, 14:00", "in 60 days", "provisional"),
        ),
        (
            {"due": NOW, "state": "met", "ended": NOW - DAY},
            Standing("met", "check", "done Mon 24 Nov, 14:00, in time"),
        ),
        (
            {"due": NOW - DAY, "state": "missed", "ended": NOW - HOUR},
            Standing("late", "stop", "done Tue 25 Nov, 13:00, late"),
        ),
    ],
)
def test_a_clock_says_where_it_stands_in_words_and_shape(given, expected):
    assert standing(now=NOW, **given) == expected


def test_a_clock_speaks_chinese(chinese):
    assert [
        standing(due=NOW + 3 * HOUR, now=NOW),
        standing(due=NOW + 3 * HOUR, amber=NOW, now=NOW),
        standing(due=NOW - 5 * HOUR, now=NOW),
        standing(due=NOW, state="paused", now=NOW),
    ] == [
        Standing("ok", "dot", "11月25日 周二 17:00 前办结", "还有3小时"),
        Standing("soon", "warn", "即将到期：11月25日 周二 17:00", "还有3小时"),
        Standing("late", "stop", "已超期：11月25日 周二 09:00 到期", "5小时前"),
        Standing("paused", "pause", "计时暂停"),
    ]


def test_a_badge_explains_itself_where_it_is_asked_to():
    clock = SimpleNamespace(due=datetime(2020, 1, 1, tzinfo=SHANGHAI), sentence="15 days; art. 23")

    assert "15 days" not in rendered("{% clock_badge clock %}", clock=clock)
    assert '<p class="hint clock-why">15 days; art. 23</p>' in rendered(
        "{% clock_badge clock explain=True %}", clock=clock
    )
    assert 'class="clock clock-late"' in rendered("{% clock_badge clock %}", clock=clock)


def test_a_date_is_said_with_its_weekday_and_the_year_only_where_it_is_another():
    assert [
        dates.when(datetime(2025, 11, 25, 9, 0, tzinfo=ZoneInfo("UTC")), now=NOW),
        dates.when(datetime(2026, 1, 2, 8, 5, tzinfo=SHANGHAI), now=NOW),
        dates.day(NOW, now=NOW),
        dates.hour(NOW),
    ] == ["Tue 25 Nov, 17:00", "Fri 2 Jan 2026, 08:05", "Tue 25 Nov", "14:00"]


def test_a_date_is_said_in_chinese(chinese):
    assert [
        dates.when(datetime(2025, 11, 25, 9, 0, tzinfo=ZoneInfo("UTC")), now=NOW),
        dates.when(datetime(2026, 1, 2, 8, 5, tzinfo=SHANGHAI), now=NOW),
        dates.day(NOW, now=NOW),
    ] == ["11月25日 周二 17:00", "2026年1月2日 周五 08:05", "11月25日 周二"]


def test_a_day_of_the_calendar_is_said_like_a_moment():
    days = (date(2025, 11, 25), date(2026, 1, 2))
    with translation.override("zh-hans"):
        chinese = [*(dates.day(each, now=NOW) for each in days), dates.month(days[0])]

    assert [dates.day(each, now=NOW) for each in days] == ["Tue 25 Nov", "Fri 2 Jan 2026"]
    assert chinese == ["11月25日 周二", "2026年1月2日 周五", "2025年11月"]
    assert dates.month(days[1]) == "Jan 2026"


def test_a_deadline_at_midnight_is_the_end_of_the_day_before():
    midnight = datetime(2025, 11, 26, tzinfo=SHANGHAI)
    with translation.override("zh-hans"):
        chinese = dates.deadline(midnight, now=NOW)

    assert (dates.deadline(midnight, now=NOW), chinese) == ("end of Tue 25 Nov", "11月25日 周二 24:00")


@pytest.mark.parametrize(
    ("distance", "said", "said_in_chinese"),
    [
        (timedelta(seconds=-20), "just now", "刚刚"),
        (timedelta(minutes=-1), "1 minute ago", "1分钟前"),
        (timedelta(hours=-5), "5 hours ago", "5小时前"),
        (timedelta(hours=47), "in 47 hours", "还有47小时"),
        (timedelta(days=12), "in 12 days", "还有12天"),
    ],
)
def test_a_distance_in_time_takes_the_largest_unit_that_fits(distance, said, said_in_chinese):
    with translation.override("zh-hans"):
        in_chinese = dates.ago(NOW + distance, now=NOW)

    assert (dates.ago(NOW + distance, now=NOW), in_chinese) == (said, said_in_chinese)


def test_no_date_is_nothing():
    assert rendered("{{ at|when }}{{ at|day }}{{ at|hour }}{{ at|ago }}{% moment at %}", at=None) == ""


def test_a_figure_over_fewer_than_five_is_not_shown():
    many = rendered('{% stat "Reopened" "25 %" n=1284 %}')
    few = rendered('{% stat "Reopened" "25 %" n=4 %}')

    assert ("25 %" in many, "of 1,284" in many) == (True, True)
    assert ("25 %" in few, "fewer than 5" in few) == (False, True)


def test_pages_keep_the_filters_and_go_one_way_at_a_time():
    request = RequestFactory().get("/cases/?state=open&after=a")
    page = SimpleNamespace(previous="p", next="n")
    html = rendered("{% pagination page %}", page=page, request=request)

    assert re.findall(r'<a [^>]*href="([^"]+)"', html) == ["?state=open&amp;before=p", "?state=open&amp;after=n"]
    assert rendered("{% pagination page %}", page=SimpleNamespace(previous=None, next=None), request=request) == ""


def test_text_from_people_stays_text_in_every_piece():
    evil = "<script>alert(1)</script>"
    entry = {"what": evil, "at": NOW, "by": evil, "because": evil, "photos": [{"thumb": evil, "alt": evil}]}
    html = rendered(
        '{% tag evil "late" %}{% photo evil evil %}{% timeline entries %}{% stat evil evil note=evil %}',
        evil=evil,
        entries=[entry],
    )

    assert "<script" not in html


@translation.override("en")
def test_many_links_stand_under_headings_and_few_do_not(rf, monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    request = rf.get("/kit/")
    for number, view in enumerate(("care", "kit", "my_data", "fields")):
        navigation.offer(navigation.Item(view, f"core:{view}", area="staff", order=(8, 11, 24, 60)[number]))
    assert {link.heading for link in navigation.links(request, "staff")} == {""}

    monkeypatch.setattr(navigation, "FEW", 3)

    links = navigation.links(request, "staff")
    assert [str(link.heading) for link in links] == ["", "Counters", "Counters", "Office"]
    shown = render_to_string("core/navigation.html", {"links": links})
    assert re.findall(r'id="(navigation-\d)">(\w+)<', shown) == [
        ("navigation-2", "Counters"),
        ("navigation-3", "Office"),
    ]
    assert re.findall(r'<ul aria-labelledby="(navigation-\d)"', shown) == ["navigation-2", "navigation-3"]


def test_the_navigation_shows_what_one_may_open(rf, monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    navigation.offer(navigation.Item("Care", "core:care", order=20))
    navigation.offer(navigation.Item("Kit", "core:kit", order=10))
    navigation.offer(navigation.Item("Secret", "core:language", needs="core.secret"))
    request = rf.get("/kit/one/")
    request.user = SimpleNamespace(has_perm=lambda name: False)

    assert navigation.links(request, "public") == [
        navigation.Link("Kit", "/kit/", "", current=True),
        navigation.Link("Care", "/care/", "", current=False),
    ]


@pytest.mark.django_db
def test_care_mode_is_kept_in_a_cookie_and_goes_back_only_to_a_page_of_ours(client):
    on = client.post("/care/", {"care": "1", "next": "/kit/?a=b"})
    away = client.post("/care/", {"care": "1", "next": "https://elsewhere.example/"})

    assert (on.status_code, on["Location"], on.cookies["linli_care"].value) == (302, "/kit/?a=b", "1")
    assert away["Location"] == "/"
    assert "data-care" in client.get("/kit/").text.split("<head>")[0]

    client.post("/care/", {"care": "0", "next": "/kit/"})

    assert "data-care" not in client.get("/kit/").text.split("<head>")[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "关怀版"), ("en", "Large print")])
@pytest.mark.parametrize("page", ["/kit/", "/kit/one/", "/kit/one/?wrong", "/kit/confirm/", "/kit/staff/"])
def test_every_page_of_the_kit_opens_in_both_languages(client, page, language, words):
    client.cookies["django_language"] = language
    answer = client.get(page)

    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    assert words in answer.text


@pytest.mark.django_db
def test_a_page_with_something_to_put_right_says_so_in_its_title(client):
    client.cookies["django_language"] = "en"

    assert "<title>Error: What did you see? – Linli</title>" in client.get("/kit/one/?wrong").text


@pytest.mark.django_db
@pytest.mark.parametrize("status", [403, 404, 409, 413, 422, 429, 503])
def test_each_problem_has_a_page_with_a_heading_and_a_way_on(client, status):
    client.cookies["django_language"] = "en"
    answer = client.get(f"/kit/problem/{status}/")

    assert answer.status_code == status
    assert answer.text.count("<h1") == 1
    assert "Go to the first page" in answer.text


def test_the_page_for_a_broken_server_asks_nothing_of_the_database():
    answer = Client(raise_request_exception=False).get("/kit/problem/500/", headers={"accept-language": "en"})

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text


@pytest.mark.django_db
def test_no_page_of_the_kit_holds_an_inline_script_or_style(client):
    html = client.get("/kit/").text

    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", html) == []
