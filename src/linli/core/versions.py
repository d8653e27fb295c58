"""The version of what a form moves on; on a phone without signal it may be the act that waits before this one."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _


class VersionField(forms.CharField):
    """The version that was shown, or the UUID of the action that a queued one follows."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> int | UUID | None:  # type: ignore[override]
        text = str(value or "").strip()
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        try:
            return UUID(text)
        except ValueError as error:
            raise forms.ValidationError(_("Open the page again: this form is incomplete.")) from error
