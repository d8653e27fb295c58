"""Number and code, by which somebody comes back to a matter of theirs without signing in.

Both stand on paper or in a message and are typed by hand, so they are read as a hand writes them: full-width letters,
as Chinese keyboards give them, are made plain, and characters that nobody sees are left out.
"""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.forms import CodeInput, KitForm
from linli.core.text import tidy
from linli.procedures.numbers import LENGTH, read_number

CODE_LENGTH = 10
TYPED_MOST = 30  # characters, with the blanks and hyphens that somebody puts in


class CodeField(forms.CharField):
    """The code of a matter. Blanks, hyphens and small letters are for `claim_hash` to overlook."""

    length = CODE_LENGTH

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", pgettext_lazy("report", "Code"))
        widget = CodeInput(digits=False, length=self.length)
        super().__init__(max_length=TYPED_MOST, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        return tidy(unicodedata.normalize("NFKC", super().to_python(value) or "")).strip()


class NumberField(CodeField):
    """The public number of a matter, given back as it is kept."""

    length = LENGTH + 1
    default_error_messages = {"number": _("This is not a number of ours. Please compare it letter by letter.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Number"))
        super().__init__(help_text=_("Nine letters and figures."), **kwargs)

    def to_python(self, value: Any) -> str:
        given = super().to_python(value)
        number = read_number(given) if given else ""
        if number is None:
            raise forms.ValidationError(self.error_messages["number"], code="number")
        return number


class FindForm(KitForm):
    """For who comes without the address."""

    number = NumberField()
    code = CodeField()
