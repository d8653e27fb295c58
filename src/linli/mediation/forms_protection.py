"""Forms of the path of safety. Nothing that is typed in them is offered again by the browser."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm, DayInput, Hinted, KitForm, MomentInput, MoveForm
from linli.mediation.domain.protection import could_know
from linli.mediation.domain.protection_sealed import Reach
from linli.mediation.domain.protection_steps import CALLS
from linli.mediation.enums_protection import About, Applicant, Came, Channel, Danger, Purpose, Whom
from linli.people.models import Post

QUIET = {"autocomplete": "off"}
AREA = {"rows": 3, **QUIET}


def words(label: Any, hint: Any = "", *, required: bool = True, most: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=most, widget=forms.Textarea(attrs=AREA)
    )


def line(label: Any, hint: Any = "", *, required: bool = True, most: int = 200) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=most, widget=forms.TextInput(attrs=QUIET)
    )


class ReachForm(ActionForm):
    """How somebody is reached in safety, asked of the person or written down for them."""

    channel = forms.ChoiceField(
        label=_("In which way is it safe to reach you?"), choices=Channel.choices, widget=forms.RadioSelect
    )
    to = line(_("Number, address or place"), _("One that nobody else reads or answers."), most=200)
    times = line(_("When is it safe?"), _("For example: weekdays 9 to 11, when I am alone."), required=False)
    careful = line(
        _("If somebody else answers, what shall we say?"),
        _("For example: hang up; or say it is the library. We never say where we ring from."),
        required=False,
    )
    name = line(_("What may we call you?"), _("Any name will do. You need give none."), required=False, most=60)
    said = words(_("What should we know before we talk?"), _("As much as you like, or nothing."), required=False)

    def reach(self) -> Reach:
        given = self.cleaned_data
        return Reach(
            channel=given["channel"], to=given["to"], times=given["times"], careful=given["careful"],
            name=given["name"], address=given.get("address", ""),
        )  # fmt: skip


class _Without(forms.Form):
    without = forms.MultipleChoiceField(
        label=_("Who must not know of it?"),
        help_text=_("A relative, or somebody close to the other person. It is closed to them in every post they hold."),
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


def _posts() -> list[tuple[str, str]]:
    return [(str(post.pk), post.title) for post in could_know(timezone.now())]


class AskForm(ReachForm, _Without):
    want_code = forms.BooleanField(
        label=_("Show me a number and a code"), required=False,
        help_text=_("Only if nobody else sees this device or your papers. You can go without."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("without", _posts())


class BeginForm(ReachForm, _Without):
    came = forms.ChoiceField(
        label=_("How did it arrive?"), choices=[(Came.DESK, Came.DESK.label), (Came.POLICE, Came.POLICE.label)],
        widget=forms.RadioSelect, initial=Came.DESK,
    )  # fmt: skip
    address = line(
        _("Where are they now?"), _("Only if they want it written down. It is sealed by itself."), required=False
    )
    to = line(_("Number, address or place"), most=200)
    post = forms.ChoiceField(label=_("Who takes it?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("without", _posts())
        self.offer("post", [("", _("The nearest mediator")), *_posts()])


class OpenForm(KitForm):
    """What of the sealed rows to open, and what for."""

    parts = forms.MultipleChoiceField(
        label=_("What do you open?"), widget=forms.CheckboxSelectMultiple,
        choices=[
            ("contact", _("how to reach the person")), ("notes", _("notes")),
            ("order", _("application to the court")), ("address", _("where they are")),
        ],
        error_messages={"required": _("Choose what you open.")},
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_("What do you need it for?"), choices=Purpose.choices, widget=forms.RadioSelect)


# --- steps


class ScreenForm(MoveForm):
    danger = forms.ChoiceField(label=_("Is the person safe now?"), choices=Danger.choices, widget=forms.RadioSelect)
    whom = forms.ChoiceField(
        label=_("Who suffers it?"), widget=forms.RadioSelect,
        choices=[
            (Whom.ADULT, Hinted(Whom.ADULT.label, _("Their real wishes decide what happens next."))),
            (Whom.MINOR, Hinted(Whom.MINOR.label, _("Suspicion is enough: the police are told first."))),
            (Whom.LIMITED, Hinted(Whom.LIMITED.label, _("Suspicion is enough: the police are told first."))),
        ],
    )  # fmt: skip
    wishes = words(_("What does the person wish?"), _("In their words. It is sealed."), required=False)


class AgainForm(ScreenForm):
    """Found later: a child, or somebody without full capacity, suffers too. An adult's answer was given before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["whom"].choices  # type: ignore[attr-defined]
        self.offer("whom", [pair for pair in choices if pair[0] != Whom.ADULT])


class ReportForm(MoveForm):
    call = forms.ChoiceField(
        label=_("How were the police told?"), choices=list(CALLS.items()), widget=forms.RadioSelect
    )
    text = words(_("Who took it, and what they said"), _("It is sealed. Who reported stays secret."), required=False)


class NoteForm(MoveForm):
    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[(each.value, each.label) for each in About if each not in (About.REASON, About.WARNING)],
    )
    text = words(_("Note"), _("It is sealed."))


class _ToForm(MoveForm):
    to = forms.TypedChoiceField(label=_("To whom?"), coerce=int, empty_value=None)
    why = words(_("Reason"), _("It is sealed."), most=500)

    def __init__(self, *args: Any, posts: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", [("", "–"), *((post.pk, post.title) for post in posts)])


class HandOnForm(_ToForm):
    related = forms.BooleanField(
        label=_("I am a relative of one of them, or too close"), required=False,
        help_text=_("Then the file is closed to you in every post you hold."),
    )  # fmt: skip


class BringInForm(_ToForm):
    agreed = forms.BooleanField(label=_("The person wishes it"), required=False)


class LetGoForm(_ToForm):
    pass


class ShutOutForm(ActionForm):
    to = forms.TypedChoiceField(label=_("Who must not know of it?"), coerce=int, empty_value=None)

    def __init__(self, *args: Any, posts: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", [("", "–"), *((post.pk, post.title) for post in posts)])


class WarningForm(MoveForm):
    day = forms.DateField(label=_("Day of the written warning"), widget=DayInput)
    text = words(_("What it says"), _("It is sealed."), required=False)


class TextForm(MoveForm):
    text = words(_("How did it go?"), _("It is sealed."))


class OrderForm(MoveForm):
    applicant = forms.ChoiceField(label=_("Who applies?"), choices=Applicant.choices, widget=forms.RadioSelect)
    respondent = line(_("Against whom?"), _("The name, as exactly as it is known (art. 27)."))
    request = words(_("What is asked for?"), _("For example: no violence; no contact; leave the home (art. 29)."))
    facts = words(
        _("What happened, or what is threatened?"), _("Days, places, injuries, witnesses, papers (art. 27)."), most=4000
    )


class AcceptForm(MoveForm):
    accepted = forms.DateTimeField(
        label=_("When did the court take it?"), widget=MomentInput, required=False, help_text=_("Empty means now.")
    )
    urgent = forms.BooleanField(
        label=_("The court treats it as urgent"), required=False, help_text=_("Then it decides within 24 hours.")
    )


class MadeForm(MoveForm):
    decided = forms.DateTimeField(
        label=_("When was the order made?"), widget=MomentInput, required=False, help_text=_("Empty means now.")
    )
    valid_until = forms.DateField(
        label=_("Until which day does it hold?"), widget=DayInput, help_text=_("At most six months (art. 30).")
    )


class DecidedForm(MoveForm):
    decided = forms.DateTimeField(
        label=_("When did the court decide?"), widget=MomentInput, required=False, help_text=_("Empty means now.")
    )


class ReconsiderForm(MoveForm):
    asked = forms.ChoiceField(
        label=_("Was reconsideration asked for?"), choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )  # fmt: skip


class UntilForm(MoveForm):
    valid_until = forms.DateField(
        label=_("Until which day does it hold now?"), widget=DayInput, help_text=_("At most six months (art. 30).")
    )


class WhyForm(MoveForm):
    why = words(_("Reason"), _("It is sealed."), most=500)


class LineForm(ActionForm):
    """A number to ring, as this office keeps it."""

    number = line(_("Number"), required=False, most=30)
    name = line(_("Name in Chinese"), most=60)
    name_en = line(_("Name in English"), most=80)
    says = line(_("What they do, in Chinese"), required=False)
    says_en = line(_("What they do, in English"), required=False)
    checked_on = forms.DateField(label=_("Rung and found right on"), widget=DayInput, required=False)


def post_of(key: int | None) -> Post | None:
    return Post.objects.select_related("place", "organisation").filter(pk=key, closed_at=None).first() if key else None
