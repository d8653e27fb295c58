"""Forms as residents and staff meet them: one renderer, a few widgets, and words that ask instead of scold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from linli.core.text import tidy

SELECTED = mark_safe(" selected")


class KitRenderer(TemplatesSetting):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` as label, hint, message and widget, tied together.

    Choices, text areas and file inputs have templates of their own under `django/forms/widgets/`.
    """

    form_template_name = "core/forms/form.html"
    field_template_name = "core/forms/field.html"


@dataclass(frozen=True)
class Hinted:
    """The label of a choice with a line that explains it: `choices=[("lamp", Hinted(_("Lighting"), _("…")))]`."""

    label: Any
    hint: Any

    def __str__(self) -> str:
        return str(self.label)


class KitForm(forms.Form):
    """A form whose empty fields are asked for by name. The browser's own bubbles stay out: `novalidate`.

    What is typed is read without characters that nobody sees (core.text), whatever the field then makes of it.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if type(field).to_python is forms.CharField.to_python:
                _read_tidily(field)
            default = forms.Field.default_error_messages["required"]
            if field.error_messages.get("required") == default:
                field.error_messages["required"] = _ask(field, field.label or name)

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Set the choices of a field that are known only when the form is made; pairs, or groups of pairs by title."""
        cast("forms.ChoiceField", self.fields[name]).choices = list(choices)


NO_ID = {"id": False}  # no label leads to a hidden field, and a page may hold several such forms


class ActionForm(KitForm):
    """A form whose submit has one effect however often it is sent: `action` is its own UUID and survives redisplay."""

    action = forms.UUIDField(widget=forms.HiddenInput(NO_ID), initial=uuid4)


class MoveForm(ActionForm):
    """An action on something that has a version: it fails as a conflict where somebody else was first."""

    version = forms.IntegerField(widget=forms.HiddenInput(NO_ID), min_value=1)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was sent, be it nothing at all; none where the page is only asked for."""
    return request.POST if request.method == "POST" else None


def _read_tidily(field: forms.Field) -> None:
    read = field.to_python

    def tidily(value: Any) -> Any:
        found = read(value)
        return tidy(found) if isinstance(found, str) else found

    field.to_python = tidily  # type: ignore[method-assign]


def _ask(field: forms.Field, label: Any) -> Any:
    if isinstance(field, forms.FileField):
        return format_lazy("{}{}", _("Please add: "), label)
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return format_lazy("{}{}", _("Please choose: "), label)
    if isinstance(field, forms.BooleanField):
        return format_lazy("{}{}", _("Please confirm: "), label)
    return format_lazy("{}{}", _("Please fill in: "), label)


class DayInput(forms.DateInput):
    """A day, by the device's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and a time, by the device's own calendar."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class QuickSelect(forms.Select):
    """A choice on a page that is asked for many times a minute, or of hundreds of places: its options, in groups or
    not, are plain Python, not a template each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = self._rows(self.choices, str(value or ""))
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs({"name": name}, attrs)), rows)

    def _rows(self, rows: Any, chosen: str) -> SafeString:
        return format_html_join("", "{}", ((self._row(key, label, chosen),) for key, label in rows))

    def _row(self, key: Any, label: Any, chosen: str) -> SafeString:
        if isinstance(label, list | tuple):
            return format_html('<optgroup label="{}">{}</optgroup>', key, self._rows(label, chosen))
        return format_html('<option value="{}"{}>{}</option>', key, SELECTED if str(key) == chosen else "", label)


class CodeInput(forms.TextInput):
    """A code that was sent or shown: widely spaced, offered from the message on phones, never remembered."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, digits: bool = True, length: int = 6) -> None:
        fixed = {
            "class": "code",
            "autocomplete": "one-time-code" if digits else "off",
            "inputmode": "numeric" if digits else "text",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "size": length + 2,
        }
        super().__init__(fixed | (attrs or {}))


class PhotoInput(forms.FileInput):
    """One or several pictures, from the camera or the album, shown small before they are sent."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, multiple: bool = True) -> None:
        super().__init__({"accept": "image/*", "data-preview": True, "multiple": multiple} | (attrs or {}))


class PhotosField(forms.FileField):
    """Up to `most` pictures, as a list. Whether they are pictures is for the file store to say."""

    widget = PhotoInput
    default_error_messages = {
        "most": ngettext_lazy("Choose %(most)d photo at most.", "Choose at most %(most)d photos.", "most"),
    }

    def __init__(self, *, most: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        files = [super(PhotosField, self).clean(item, initial) for item in given]
        if len(files) > self.most:
            raise forms.ValidationError(self.error_messages["most"], code="most", params={"most": self.most})
        return [file for file in files if file]
