"""A new version of an item, as an administrator writes it: lists a line each, both languages beside each other."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.core.forms import ActionForm, DayInput
from linli.services.domain.catalogue import proxy_papers
from linli.services.domain.content import Content, Material, Option, Text
from linli.services.enums import Group, Mode, Skill, Unit

BRING, AGAIN, OFFICE = "bring", "again", "office"
PROXIES = [
    ("anyone", gettext_lazy("anybody with a letter of authority")),
    ("family", gettext_lazy("family")),
    ("self", gettext_lazy("nobody: the person themselves, here or at home")),
]
BOTH = gettext_lazy("Chinese | English, one a line.")


def _short(label: Any, most: int = 200, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **more)


def _lines(label: Any, hint: Any = BOTH, *, rows: int = 4, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=6000, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class ItemForm(ActionForm):
    """The whole content of an item. It stays as it was until the day from which the new version holds."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = _short(pgettext_lazy("item", "Name"), 60)
    name_en = _short(gettext_lazy("Name in English"), 100)
    group = forms.ChoiceField(label=gettext_lazy("Shelf"), choices=Group.choices)
    mode = forms.ChoiceField(label=gettext_lazy("How it is handled"), choices=Mode.choices)
    department = _short(gettext_lazy("Department"), 60)
    department_en = _short(gettext_lazy("Department in English"), 100)
    days = forms.IntegerField(
        label=gettext_lazy("Days promised"), help_text=gettext_lazy("0 means: while the person waits."), min_value=0
    )
    unit = forms.ChoiceField(label=gettext_lazy("Kind of days"), choices=Unit.choices)
    skill = forms.ChoiceField(label=gettext_lazy("Which counter"), choices=Skill.choices)
    city_wide = forms.BooleanField(label=gettext_lazy("Any window of the city takes it"), required=False)
    proxy = forms.ChoiceField(label=gettext_lazy("Who may act for the person"), choices=PROXIES)
    who = _lines(gettext_lazy("Who may ask"), rows=2)
    conditions = _lines(gettext_lazy("Conditions"))
    ask = _lines(gettext_lazy("The item's own question"), rows=2)
    options = _lines(gettext_lazy("Its answers"), gettext_lazy("key | Chinese | English, one a line."))
    materials = _lines(
        gettext_lazy("Papers"),
        gettext_lazy(
            "key | Chinese | English | bring, again or office | answers it is for. “again” serves once more with"
            " consent, “office” is looked up and never asked for. Leave the last part empty where it is for all."
        ),
        rows=8,
    )
    steps = _lines(gettext_lazy("Steps"))
    result = _lines(gettext_lazy("What the person gets"), rows=2)
    basis = _lines(gettext_lazy("Legal basis"))
    forms_ = _lines(gettext_lazy("Forms"), rows=2, required=False)
    effective_from = forms.DateField(label=gettext_lazy("In force from"), widget=DayInput)
    confirmed = forms.BooleanField(
        label=gettext_lazy("The office has checked this item against the rules here"), required=False
    )
    reason = _short(gettext_lazy("Why is it changed?"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        readers = {
            "who": _one, "ask": _one, "result": _one, "conditions": _texts, "steps": _texts, "basis": _texts,
            "forms_": _texts, "options": _options, "materials": _materials,
        }  # fmt: skip
        for name, read in readers.items():
            if name in given:
                try:
                    given[name] = read(given[name])
                except ValueError as wrong:
                    self.add_error(name, str(wrong))
        return given

    def content(self, before: Content) -> Content:
        """What was written, as content; fee and the papers of a proxy stay as they were, but where nobody may act."""
        given = self.cleaned_data
        return Content(
            name=Text(given["name"], given["name_en"]),
            department=Text(given["department"], given["department_en"]),
            **{name: given[name] for name in ("who", "ask", "result", "group", "mode", "skill", "proxy")},
            **{name: given[name] for name in ("conditions", "steps", "basis", "options", "materials", "city_wide")},
            forms=given["forms_"] or (),
            fee=before.fee,
            proxy_papers=() if given["proxy"] == "self" else before.proxy_papers or proxy_papers(),
        )


def initial_of(content: Content, days: int, unit: str) -> dict[str, Any]:
    """A version as the form shows it."""

    def both(text: Text) -> str:
        return f"{text.zh} | {text.en}"

    return {
        "name": content.name.zh, "name_en": content.name.en, "group": content.group, "mode": content.mode,
        "department": content.department.zh, "department_en": content.department.en, "days": days, "unit": unit,
        "skill": content.skill, "city_wide": content.city_wide, "proxy": content.proxy, "who": both(content.who),
        "ask": both(content.ask), "result": both(content.result),
        "conditions": "\n".join(map(both, content.conditions)), "steps": "\n".join(map(both, content.steps)),
        "basis": "\n".join(map(both, content.basis)), "forms_": "\n".join(map(both, content.forms)),
        "options": "\n".join(f"{row.key} | {both(row.text)}" for row in content.options),
        "materials": "\n".join(map(_material_line, content.materials)),
    }  # fmt: skip


def _material_line(paper: Material) -> str:
    kind = OFFICE if paper.office else AGAIN if paper.reusable else BRING
    return f"{paper.key} | {paper.text.zh} | {paper.text.en} | {kind} | {', '.join(paper.only)}"


def _rows(text: str, least: int, most: int) -> list[list[str]]:
    """Lines cut at the bars; a line with too few or too many parts is named."""
    rows = []
    for line in text.splitlines():
        if not line.strip():
            continue
        parts = [part.strip() for part in re.split(r"[|｜]", line)]
        if not least <= len(parts) <= most or not all(parts[:least]):
            raise ValueError(_("This line does not have its parts, cut by “|”: %(line)s") % {"line": line.strip()})
        rows.append(parts)
    return rows


def _texts(text: str) -> tuple[Text, ...]:
    return tuple(Text(*row) for row in _rows(text, 2, 2))


def _one(text: str) -> Text:
    found = _texts(text)
    if len(found) != 1:
        raise ValueError(_("Write one line: Chinese | English."))
    return found[0]


def _key(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]{1,20}", text):
        raise ValueError(_("A key has small letters, figures and _, at most 20: %(key)s") % {"key": text})
    return text


def _options(text: str) -> tuple[Option, ...]:
    found = tuple(Option(_key(row[0]), Text(row[1], row[2])) for row in _rows(text, 3, 3))
    if len({option.key for option in found}) < max(len(found), 2):
        raise ValueError(_("Give at least two answers, each with a key of its own."))
    return found


def _materials(text: str) -> tuple[Material, ...]:
    found = []
    for row in _rows(text, 4, 5):
        if row[3] not in (BRING, AGAIN, OFFICE):
            raise ValueError(_("Write bring, again or office: %(word)s") % {"word": row[3]})
        only = tuple(_key(part) for part in re.split(r"[,，、\s]+", row[4]) if part) if len(row) == 5 else ()
        found.append(Material(_key(row[0]), Text(row[1], row[2]), row[3] == OFFICE, row[3] == AGAIN, only))
    if len({paper.key for paper in found}) < len(found):
        raise ValueError(_("Each paper needs a key of its own."))
    return tuple(found)
