"""The forms of the legal studio."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm, DayInput, KitForm, MoveForm
from linli.people.models import Post
from linli.station.domain.cards import Shown
from linli.station.domain.legal import MOST
from linli.station.models_legal import Band


class AskForm(ActionForm):
    """One question."""

    topic = forms.ChoiceField(
        label=_("What is it about?"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )  # fmt: skip
    words = forms.CharField(
        label=_("Your question"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What happened, since when, and what you want to know. Leave out other people's names."),
        error_messages={"required": _("Write your question, in at most 3,000 characters.")},
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Mobile number or e-mail address"), max_length=254, required=False,
        help_text=_("It is sealed. The message says only that there is an answer."),
    )  # fmt: skip

    def __init__(self, *args: Any, topics: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("topic", topics)


class AskOnForm(MoveForm):
    text = forms.CharField(
        label=_("What is still open?"), max_length=1500, widget=forms.Textarea(attrs={"rows": 4})
    )  # fmt: skip


class DoneForm(MoveForm):
    content = forms.ChoiceField(
        label=_("Did the answer help?"), widget=forms.RadioSelect, required=False,
        choices=[("yes", _("Yes")), ("no", _("No"))],
    )  # fmt: skip


class LookForm(KitForm):
    reason = forms.CharField(
        label=_("What do you need it for?"), max_length=200, initial=_("to answer the question"),
        help_text=_("The person can read this."),
    )  # fmt: skip


class StepForm(MoveForm):
    """A step that asks nothing."""


class AnswerForm(MoveForm):
    text = forms.CharField(label=_("Answer"), max_length=MOST, widget=forms.Textarea(attrs={"rows": 7}))
    cards = forms.MultipleChoiceField(
        label=_("Clause cards that go with it"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, cards: Sequence[Shown] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("cards", [(card.code, f"{card.title} – {card.law} {card.article}") for card in cards])


class TextForm(MoveForm):
    text = forms.CharField(label=_("In a sentence"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(MoveForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class HandOverForm(ReasonForm):
    to = forms.ChoiceField(label=_("To whom"))

    def __init__(self, *args: Any, posts: Sequence[Post] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", [(str(post.pk), post.title) for post in posts])


class LessonForm(ActionForm):
    """One lesson of law education."""

    title = forms.CharField(label=_("What is it about?"), max_length=80)
    band = forms.ChoiceField(label=_("For whom"), choices=Band.choices)
    day = forms.DateField(label=_("Day"), widget=DayInput)
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}))
    where = forms.CharField(label=_("Where"), max_length=80)
    post = forms.ChoiceField(label=_("Who gives it"))

    def __init__(self, *args: Any, posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("post", [(str(post.pk), post.title) for post in posts])


class CameForm(KitForm):
    attended = forms.IntegerField(label=_("How many came"), min_value=0, max_value=2000)


class CheckForm(KitForm):
    checked_on = forms.DateField(label=_("Day of the check"), widget=DayInput)
