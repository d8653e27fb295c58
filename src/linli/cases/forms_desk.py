"""The forms of the duty desk: many cases at once, promises, the change of shift, a report by telephone."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.promises import TEXT_MOST as PROMISE_MOST
from linli.cases.domain.report import TEXT_MOST
from linli.cases.domain.shift import NOTE_MOST
from linli.cases.domain.whereabouts import Meant
from linli.cases.enums import Source
from linli.cases.models import CaseClass
from linli.core.errors import Invalid
from linli.core.forms import ActionForm, Hinted, MomentInput
from linli.people.domain.contacts import read_contact
from linli.people.models import Post
from linli.places.forms import place_choice

AS_PROPOSED = ""


def _moment(label: Any, *, required: bool, hint: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(label=label, required=required, help_text=hint, widget=MomentInput())


def _area(label: Any, most: int, *, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


class BulkForm(ActionForm):
    """Where many cases go: each to the post proposed for it, or all to one."""

    to = forms.ChoiceField(label=_("Send to"), required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Needed where you choose another than proposed.")
    )

    def __init__(self, *args: Any, posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        named = [(key, f"{post.title} · {post.place.title}") for key, post in self.posts.items()]
        self.offer("to", [(AS_PROPOSED, _("Each to the post proposed for it")), *named])

    @property
    def post(self) -> Post | None:
        """The chosen post, also before the form is sent."""
        return self.posts.get(str(self["to"].value() or ""))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("to") and not given.get("reason", "").strip():
            self.add_error("reason", _("Say why you send it elsewhere than proposed."))
        return given


class AnswerForm(ActionForm):
    """One interim word to all reporters of the chosen cases."""

    text = _area(
        _("What are they to know?"),
        PROMISE_MOST,
        help_text=_("All reporters of these cases read exactly this, and are sent it where they left a contact."),
        error_messages={"required": _("Write what the reporters are to know.")},
    )
    until = _moment(
        _("Next news by"),
        required=False,
        hint=_("With a time it is a promise: it stands on the desk until it is kept."),
    )


class JoinGroupForm(ActionForm):
    """Which of some cases goes on for all of them."""

    into = forms.ChoiceField(
        label=_("Which case goes on?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the case that goes on for all.")},
    )
    because = forms.CharField(label=_("How do you know that they are the same?"), max_length=200, required=False)

    def __init__(self, *args: Any, cases: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("into", cases)


class PromiseForm(ActionForm):
    text = _area(
        _("What was promised, and to whom?"),
        PROMISE_MOST,
        rows=2,
        error_messages={"required": _("Write what was promised.")},
    )
    until = _moment(_("Until when?"), required=True)
    reader = forms.ChoiceField(
        label=_("Who reads it?"),
        widget=forms.RadioSelect,
        choices=[("staff", _("Staff only")), ("reporters", _("All reporters of it too"))],
        initial="staff",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="promise_%s", **kwargs)


class HandoverForm(ActionForm):
    to = forms.ChoiceField(label=_("Who takes over?"))
    note = _area(
        _("What must the next know?"),
        NOTE_MOST,
        rows=5,
        required=False,
        help_text=_(
            "What does not stand in the cases: who was spoken to, what is still missing. No names of residents."
        ),
    )

    def __init__(self, *args: Any, posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        self.offer("to", [(key, post.title) for key, post in self.posts.items()])


class PhoneForm(ActionForm):
    """What is taken down while somebody speaks."""

    text = _area(_("What is wrong?"), TEXT_MOST, error_messages={"required": _("Write in a sentence what is wrong.")})
    klass = forms.ChoiceField(label=_("Class"), required=False)
    words = forms.CharField(
        label=_("Where is it?"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Estate and number, as the caller says it: 乐山六村12."),
    )
    place = forms.ChoiceField(label=_("Place"), widget=forms.RadioSelect, required=False)
    contact = forms.CharField(
        label=_("Telephone or e-mail"), max_length=254, required=False, help_text=_("For the answer. It is sealed.")
    )
    source = forms.ChoiceField(
        label=_("It came by"),
        widget=forms.RadioSelect,
        choices=[(Source.HOTLINE, _("Telephone")), (Source.WINDOW, _("Service window"))],
        initial=Source.HOTLINE,
    )

    def __init__(self, *args: Any, classes: Sequence[CaseClass], found: Sequence[Meant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("klass", [("", _("Not sure")), *((klass.code, klass.title) for klass in classes)])
        named = [place_choice(place, why) for place, why in found]
        self.offer("place", [*named, ("", Hinted(_("None of these"), _("It is taken down as written.")))])

    def clean_contact(self) -> str:
        """In one form, as it is kept; empty where the caller leaves none."""
        text = self.cleaned_data["contact"].strip()
        try:
            return read_contact(text).address if text else ""
        except Invalid as told:
            raise forms.ValidationError(told.fields["contact"]) from told
