"""What somebody is asked who has a question about the law, a page each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.forms_danger import HeardInput
from linli.core.forms import KitForm
from linli.station.domain.cards import TOPICS
from linli.station.domain.legal import MOST


class TopicForm(KitForm):
    topic = forms.ChoiceField(
        label=_("What is it about?"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("topic", [(topic.code, topic.title) for topic in TOPICS.values()])


class WordsForm(KitForm):
    words = forms.CharField(
        label=_("Your question"), max_length=MOST, widget=HeardInput(attrs={"rows": 6}),
        help_text=_("What happened, since when, and what you want to know. Leave out other people's names."),
        error_messages={"required": _("Write your question, in at most 3,000 characters.")},
    )  # fmt: skip
