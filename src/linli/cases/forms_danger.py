"""The text area of every form in which residents write freely: where the words speak of danger, the number to call
stands over it while they still write."""

from typing import Any

from django import forms
from django.urls import reverse

from linli.cases.domain.danger import danger_in


class HeardInput(forms.Textarea):
    """A text area that asks, when the hand rests, whether its words speak of danger; without JavaScript they are asked
    when the page is sent. The words go in the body of a request that is kept and logged nowhere.

    The page needs `cases/danger/leave.html` outside its form: what the box's button sends.
    """

    template_name = "cases/danger/text.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        asks = {
            "hx-post": reverse("cases:danger"), "hx-trigger": "input changed delay:700ms",
            "hx-target": f"#heard_{name}", "hx-params": f"{name},csrfmiddlewaretoken",
            "hx-sync": "this:replace", "autocomplete": "off",
            "data-heard": name,
        }  # fmt: skip
        context = super().get_context(name, value, {**(attrs or {}), **asks})
        return {**context, "danger": danger_in(str(value)) if value else None}
