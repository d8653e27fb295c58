"""What staff fill in: the moves of a request, a home visit, a new version of an item."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.forms import ActionForm, DayInput, MoveForm
from linli.services.domain.handling import TEXT_MOST, deciding_posts
from linli.services.domain.queries import Whole
from linli.services.enums import Grade, Half, Handing


def _area(label: Any, *, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=TEXT_MOST, widget=forms.Textarea(attrs={"rows": rows}), **more)


class RequestForm(MoveForm):
    """A step of a request; `page` is what the page shows of it."""

    def __init__(self, *args: Any, page: Whole, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.take(page)

    def take(self, page: Whole) -> None:
        """Fill in what depends on the request."""


class StepForm(RequestForm):
    """A step that needs nothing but the button."""


class PapersForm(RequestForm):
    """Tick what is here: handed in, or looked up by the office."""

    papers = forms.MultipleChoiceField(
        label=_("Papers that are here"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def take(self, page: Whole) -> None:
        office = _("for us to look up")
        self.offer(
            "papers",
            [(paper.key, f"{paper.text} ({office})" if paper.office else paper.text) for paper in page.missing],
        )
        if not page.missing:
            del self.fields["papers"]


class SettleForm(PapersForm):
    result = _area(_("What did the person get?"), help_text=_("They read these words."))

    def take(self, page: Whole) -> None:
        super().take(page)
        self.fields["result"].initial = str(page.standing.content.result)


class AskForm(RequestForm):
    text = _area(
        _("What is missing or wrong?"),
        rows=4,
        help_text=_("Write all of it: it can be asked for once only. The days stand still until it is here."),
        error_messages={"required": _("Write everything that is missing or wrong.")},
    )

    def take(self, page: Whole) -> None:
        theirs = [paper.text for paper in page.missing if not paper.office]
        self.fields["text"].initial = "\n".join(theirs)


class PassOnForm(RequestForm):
    to = forms.ChoiceField(label=_("To which post?"))

    def take(self, page: Whole) -> None:
        self.posts = {str(post.pk): post for post in deciding_posts()}
        self.offer("to", [(key, f"{post.title} · {post.organisation.title}") for key, post in self.posts.items()])

    def clean_to(self) -> Any:
        return self.posts[self.cleaned_data["to"]]


class ReasonForm(RequestForm):
    reason = _area(_("Reason"), error_messages={"required": _("Write the reason in a sentence.")})


class DecideForm(RequestForm):
    result = _area(
        _("What does the person get?"),
        help_text=_("They read these words."),
        error_messages={"required": _("Write what the person gets.")},
    )


class RefuseForm(RequestForm):
    reason = _area(
        _("Reasons"),
        rows=4,
        help_text=_("In words the person understands, with the rule. They get this in writing."),
        error_messages={"required": _("A refusal needs its reasons in writing.")},
    )
    remedy = _area(
        _("What can the person do?"),
        help_text=_("Where they can have it reviewed and until when, and what else may help."),
        error_messages={"required": _("Say where the person can turn.")},
    )


class HandingForm(RequestForm):
    handing = forms.ChoiceField(
        label=_("How did the result reach the person?"), choices=Handing.choices, widget=forms.RadioSelect
    )


class WithdrawForm(RequestForm):
    text = _area(_("What did the person say?"), required=False)


class PaperRatingForm(RequestForm):
    """A grade given on paper or by phone."""

    grade = forms.TypedChoiceField(
        label=_("Grade on the slip"), choices=Grade.choices, coerce=int, widget=forms.RadioSelect
    )
    words = _area(_("What else did they write?"), required=False)


class TextForm(RequestForm):
    text = _area(_("What was said or done?"), error_messages={"required": _("Write what was said or done.")})


@dataclass(frozen=True)
class Step:
    """A move as the staff page offers it. main: its form stands open."""

    name: str
    label: Any
    form: Callable[..., RequestForm] = StepForm
    main: bool = False
    grave: bool = False


STEPS = {
    step.name: step
    for step in (
        Step("settle", pgettext_lazy("request", "Done now"), SettleForm, main=True),
        Step("accept", pgettext_lazy("request", "Accept"), PapersForm, main=True),
        Step("receive", pgettext_lazy("request", "Tick papers"), PapersForm),
        Step("ask_papers", pgettext_lazy("request", "Ask for what is missing"), AskForm),
        Step("pass_on", pgettext_lazy("request", "Pass on to the department"), PassOnForm, main=True),
        Step("decide", pgettext_lazy("request", "Grant it"), DecideForm, main=True),
        Step("hand_over", pgettext_lazy("request", "Hand over the result"), HandingForm, main=True),
        Step("send_back", pgettext_lazy("request", "Send back to the window"), ReasonForm),
        Step("refuse", pgettext_lazy("request", "Refuse"), RefuseForm, grave=True),
        Step("withdraw", pgettext_lazy("request", "The person withdraws it"), WithdrawForm),
        Step("rate", pgettext_lazy("request", "Write down a rating"), PaperRatingForm),
        Step("rate_again", pgettext_lazy("request", "Write down the further rating"), PaperRatingForm),
        Step("call", pgettext_lazy("request", "Called the person"), TextForm, main=True),
        Step("rectify", pgettext_lazy("request", "It is put right"), TextForm),
    )
}


class VisitForm(ActionForm):
    on = forms.DateField(label=_("Day"), widget=DayInput)
    half = forms.ChoiceField(label=_("When"), choices=Half.choices, widget=forms.RadioSelect)


def named(steps: Sequence[str]) -> list[Step]:
    """The steps of these names that a page offers, in the order of the table."""
    return [step for name, step in STEPS.items() if name in steps]
