"""Interface texts: what is found in code and templates, what is kept, and what is complained about."""

import gettext

import polib
import pytest

from tools import messages

VIEW = """
from django.utils.translation import gettext as _, ngettext, pgettext

ONE = _("Close this report?")
TWO = ngettext("%(n)s day", "%(n)s days", 2)
THREE = pgettext("a verb", "file")
"""

PAGE = """{% load i18n %}
<h1 title="{% translate "Close this report?" %}">it's ((( 5% {% translate "It is 100% done" %}</h1>
      {% blocktranslate trimmed count n=total with who=person.name %}
  {{ who }} has one report.
    {% plural %}
  {{ who }} has {{ n }} reports.
{% endblocktranslate %}
  {# Translators: on a button #}
  <button>{% translate "file" context "a verb" %}</button> {{ _("Hello") }}
"""


@pytest.fixture
def cases(tmp_path, monkeypatch):
    """A package with one app, whose texts stand above."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    return make_app(tmp_path, "cases", VIEW, PAGE)


def make_app(root, name, view, page=""):
    app = root / name
    (app / "templates" / name).mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "views.py").write_text(view)
    (app / "templates" / name / "page.html").write_text(page)
    return app


def translate(app, words):
    """Fill an app's catalogue by hand, as a translator would."""
    path = messages.catalogue_path(app)
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        if entry.msgid in words and entry.msgid_plural:
            entry.msgstr_plural = {0: words[entry.msgid]}
        elif entry.msgid in words:
            entry.msgstr = words[entry.msgid]
    catalogue.save(str(path))


ALL = {
    "%(n)s day": "%(n)s 天",
    "%(who)s has one report.": "%(who)s 有 %(n)s 件上报。",
    "Close this report?": "要结案吗？",
    "file": "立案",
    "Hello": "您好",
    "It is 100%% done": "已全部完成",
}


def test_texts_come_from_code_and_templates(cases):
    found = {key: (text.plural, sorted(text.files)) for key, text in messages.texts_of(cases).items()}
    view, page = "cases/views.py", "cases/templates/cases/page.html"
    assert found == {
        (None, "Close this report?"): (None, [page, view]),
        (None, "%(n)s day"): ("%(n)s days", [view]),
        ("a verb", "file"): (None, [page, view]),
        (None, "It is 100%% done"): (None, [page]),
        (None, "%(who)s has one report."): ("%(who)s has %(n)s reports.", [page]),
        (None, "Hello"): (None, [page]),
    }


def test_each_missing_translation_is_named_and_fails_the_check(cases, capsys):
    assert messages.main([]) == 0
    capsys.readouterr()

    assert messages.main(["--check"]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(ALL)
    assert "cases: 'Hello' (cases/templates/cases/page.html): no translation" in lines


def test_a_full_catalogue_passes_and_reads_back(cases, capsys):
    messages.main([])
    translate(cases, ALL)

    assert messages.main(["--check"]) == 0
    messages.main(["--compile"])

    with messages.catalogue_path(cases).with_suffix(".mo").open("rb") as compiled:
        said = gettext.GNUTranslations(compiled)
    assert said.gettext("Hello") == "您好"
    assert said.pgettext("a verb", "file") == "立案"
    assert said.ngettext("%(n)s day", "%(n)s days", 3) == "%(n)s 天"


def test_translations_stay_when_texts_come_and_go(cases):
    messages.main([])
    translate(cases, ALL)
    (cases / "views.py").write_text(VIEW.replace('_("Close', '_("New. Close'))
    (cases / "templates" / "cases" / "page.html").write_text("")

    messages.main([])

    entries = {entry.msgid: messages.words(entry) for entry in polib.pofile(str(messages.catalogue_path(cases)))}
    assert entries == {"%(n)s day": "%(n)s 天", "file": "立案", "New. Close this report?": ""}


def test_a_second_run_changes_no_byte(cases):
    messages.main([])
    translate(cases, ALL)
    messages.main([])
    before = messages.catalogue_path(cases).read_bytes()
    messages.main([])
    assert messages.catalogue_path(cases).read_bytes() == before
    assert b"Date" not in before


def test_the_check_changes_nothing_and_says_that_texts_are_new(cases, capsys):
    assert messages.main(["--check"]) == 1
    assert "cases: texts were added or dropped; run tools/messages.py" in capsys.readouterr().out
    assert not messages.catalogue_path(cases).exists()


@pytest.mark.parametrize(
    ("singular", "plural", "translation", "found"),
    [
        ("%(n)s of %(all)s", "", "%(n)s", ["placeholders differ: %(all)s is missing"]),
        ("Hello {name}", "", "您好 {nam}", ["placeholders differ: {name} is missing, {nam} is not in the text"]),
        ("One case", "%(n)s cases", "%(n)s 件", []),
        ("One case", "%(n)s cases", "一件", ["placeholders differ: %(n)s is missing"]),
        ("100%% done", "", "完成 100%%", []),
        ("Close", "", " ", ["no translation"]),
    ],
)
def test_a_translation_keeps_the_placeholders(singular, plural, translation, found):
    entry = polib.POEntry(msgid=singular)
    if plural:
        entry.msgid_plural, entry.msgstr_plural = plural, {0: translation}
    else:
        entry.msgstr = translation
    assert list(messages.faults(entry)) == found


def test_a_fuzzy_translation_is_not_a_translation():
    entry = polib.POEntry(msgid="Close", msgstr="关", flags=["fuzzy"])
    assert list(messages.faults(entry)) == ["fuzzy"]


def test_a_text_known_to_another_app_takes_its_words(cases, tmp_path):
    messages.main([])
    translate(cases, ALL)
    places = make_app(tmp_path, "places", 'from django.utils.translation import gettext as _\nX = _("Hello")\n')

    messages.main([])

    (entry,) = polib.pofile(str(messages.catalogue_path(places)))
    assert (entry.msgid, entry.msgstr) == ("Hello", "您好")


def test_one_text_in_two_apps_has_one_translation(cases, tmp_path, capsys):
    places = make_app(tmp_path, "places", 'from django.utils.translation import gettext as _\nX = _("Hello")\n')
    messages.main([])
    translate(cases, ALL)
    translate(places, {"Hello": "你好"})
    capsys.readouterr()

    assert messages.main(["--check"]) == 1
    assert capsys.readouterr().out == "'Hello' is translated in two ways: cases '您好', places '你好'\n"
