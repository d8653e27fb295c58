"""The steps that a petition's page offers: which move each is, what it asks for, and the verb it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.errors import Invalid, NotFound
from linli.people.actors import Viewer
from linli.petitions import forms
from linli.petitions.domain import answering, handling, reviewing
from linli.petitions.domain.queries import petition_of
from linli.petitions.models import Petition

Given = dict[str, Any]
Verb = Callable[..., Petition]


@dataclass(frozen=True)
class Step:
    """main: its form stands open on the page; the others unfold. grave: it cannot be taken back."""

    name: str
    moves: tuple[str, ...]
    label: Any
    verb: Verb
    form: type[forms.StepForm] = forms.StepForm
    main: bool = False
    numbers: tuple[str, ...] = ()  # fields that hold the number of another petition


STEPS = {
    step.name: step
    for step in (
        Step("notify", ("notify",), _("Tell the petitioner that it was received"), handling.notify, forms.NoticeForm),
        Step("forward", ("forward",), _("Send it to the body with the power"), handling.forward, forms.ForwardForm,
             True),
        Step("accept", ("accept", "take_up"), _("Accept it"), handling.accept, forms.AcceptForm, True),
        Step("not_accept", ("not_accept",), _("Do not accept it"), handling.not_accept, forms.NotAcceptForm,
             numbers=("repeats",)),
        Step("waive_notice", ("waive_notice",), _("No notice is owed"), handling.waive_notice, forms.ReasonForm),
        Step("merge", ("merge",), _("Join it with the same matter"), handling.merge, forms.MergeForm,
             numbers=("into",)),
        Step("object", ("object",), _("It is not ours: object"), handling.object_to, forms.ObjectForm),
        Step("agree", ("agree",), _("Agree: it comes back to the desk"), handling.agree, main=True),
        Step("refuse", ("refuse",), _("Do not agree: it stays there"), handling.refuse, forms.ReasonForm),
        Step("decide", ("decide",), _("Decide who handles it"), handling.decide, forms.DecideForm, True),
        Step("extend", ("extend",), _("Grant more time"), answering.extend, forms.MoreTimeForm, True),
        Step("refuse_extension", ("refuse_extension",), _("Refuse more time"), answering.refuse_extension,
             forms.ReasonForm),
        Step("answer", ("answer",), _("Write the opinion letter"), answering.answer, forms.OpinionForm, True),
        Step("reply", ("reply",), _("Write the reply"), answering.reply, forms.ReplyForm, True),
        Step("ask_extension", ("ask_extension",), _("Ask for more time"), answering.ask_extension, forms.MoreTimeForm),
        Step("settle", ("settle",), _("Both sides agreed in writing"), answering.settle, forms.TextForm),
        Step("deliver", ("deliver", "deliver_supported"), _("The opinion letter was delivered"), answering.deliver,
             main=True),
        Step("carried_out", ("carried_out",), _("What was supported is done"), answering.carried_out, forms.TextForm,
             True),
        Step("review", ("review",), _("Write the opinion of the review"), reviewing.review, forms.ReviewForm, True),
        Step("deliver_review", ("deliver_review",), _("The review was delivered"), reviewing.deliver_review, main=True),
        Step("recheck", ("recheck",), _("Write the opinion of the re-check"), reviewing.recheck, forms.ReviewForm,
             True),
        Step("hear", ("hear",), _("A hearing begins"), reviewing.hear, forms.TextForm),
        Step("heard", ("heard",), _("The hearing is over"), reviewing.heard, main=True),
        Step("deliver_recheck", ("deliver_recheck",), _("The re-check was delivered"), reviewing.deliver_recheck,
             main=True),
        Step("ask_review", ("ask_review",), _("The petitioner asks for a review"), reviewing.ask_review,
             forms.ReasonForm),
        Step("ask_recheck", ("ask_recheck",), _("The petitioner asks for a re-check"), reviewing.ask_recheck,
             forms.ReasonForm),
        Step("supervise", ("supervise",), pgettext_lazy("petition", "Supervise"), handling.supervise, forms.TextForm),
        Step("withdraw", ("withdraw",), _("The petitioner takes it back"), handling.withdraw),
        Step("recuse", ("recuse",), _("I have an interest in it: withdraw"), handling.recuse, forms.ReasonForm),
    )
}  # fmt: skip
OWN = ("deliver", "deliver_review", "deliver_recheck", "ask_review", "ask_recheck", "withdraw")  # the petitioner's


def values_of(step: Step, form: forms.StepForm, viewer: Viewer) -> Given:
    """What the verb takes, from a form that is valid. A number of another petition becomes that petition.

    Raises:
        Invalid: the reader knows no petition of such a number.
    """
    given = dict(form.cleaned_data)
    for name in step.numbers:
        number = given[name]
        try:
            given[name] = petition_of(number, viewer) if number else None
        except NotFound as told:
            raise Invalid(fields={name: told.message}) from told
    return given
