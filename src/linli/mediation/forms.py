"""Forms of a mediation: the application's questions, what a party does, and what desk and mediator do."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.forms_claim import CodeField
from linli.cases.forms_danger import HeardInput
from linli.core.dates import when
from linli.core.forms import ActionForm, DayInput, Hinted, KitForm, MomentInput, MoveForm
from linli.core.signatures import SignatureField
from linli.mediation.domain.choosing import mediators
from linli.mediation.domain.screening import QUESTIONS
from linli.mediation.domain.types import types
from linli.mediation.enums import Channel, Court, Meeting, Offer, Side, Told
from linli.mediation.models import Agreement, Mediation, Participant, Performance
from linli.places.domain.kept import tree
from linli.places.domain.queries import governed_path
from linli.places.models import Kind

YES_NO = [("no", _("No")), ("yes", _("Yes"))]
ROWS = 4  # performances that the form of an agreement has room for


def words(
    label: Any, hint: Any = "", *, rows: int = 4, most: int = 4000, required: bool = True,
    widget: type[forms.Textarea] = forms.Textarea,
) -> forms.CharField:  # fmt: skip
    return forms.CharField(
        label=label, help_text=hint, max_length=most, required=required, widget=widget(attrs={"rows": rows})
    )


def line(label: Any, hint: Any = "", *, most: int = 80, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, required=required)


class ScreenMixin(KitForm):
    """The safety questions. None is answered beforehand: a no must be said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=question, choices=YES_NO, widget=forms.RadioSelect,
                error_messages={"required": _("Please answer this question.")},
            )  # fmt: skip

    @property
    def answers(self) -> dict[str, bool]:
        return {name: self.cleaned_data[name] == "yes" for name in QUESTIONS}


class ScreenForm(ScreenMixin):
    """The first page of an application."""


def type_choices() -> list[tuple[str, Any]]:
    return [(code, Hinted(kind.title, kind.hint)) for code, kind in types().items()]


def place_choices() -> list[tuple[str, str]]:
    """The estates and buildings that this office governs, by path."""
    root = governed_path()
    wanted = (Kind.ESTATE, Kind.BUILDING)
    inside = [place for place in tree().places if place.path.startswith(root) and place.kind in wanted]
    return [(place.path, ("　" if place.kind == Kind.BUILDING else "") + place.title) for place in inside]


class DisputeForm(KitForm):
    about = forms.ChoiceField(label=_("What is the dispute about?"), widget=forms.RadioSelect)
    matter = words(
        _("What happened?"), _("Only desk and mediator read this. The other side does not."), widget=HeardInput
    )
    wish = words(_("What would you like to come of it?"), rows=3, required=False, widget=HeardInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("about", type_choices())


class PeopleForm(KitForm):
    other = line(_("With whom is the dispute?"), _("A name, or what you know: “the flat above mine, 602”."))
    other_contact = line(
        _("How can they be reached?"), _("If you know it. It is sealed."), most=254, required=False
    )  # fmt: skip
    place = forms.ChoiceField(label=_("Which building is it about?"), required=False)
    name = line(_("Your name"), _("As on your identity card, for an agreement carries it."))
    contact = line(
        _("How can we reach you?"), _("Mobile number or e-mail. It is sealed; the other side never sees it."),
        most=254, required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", [("", _("not one building")), *place_choices()])


class SendForm(ActionForm):
    rights = forms.BooleanField(label=_("I have read my rights and duties, and I am willing to be mediated"))


class CodeForm(KitForm):
    code = CodeField(label=_("What is the code of your letter?"))


class EnterForm(ActionForm, ScreenMixin):
    """An application by telephone or on paper, written down by staff."""

    channel = forms.ChoiceField(
        label=_("How did it come?"), choices=[(each, each.label) for each in (Channel.PHONE, Channel.PAPER)],
        widget=forms.RadioSelect,
    )  # fmt: skip
    told = forms.ChoiceField(label=_("How were the rights explained?"), choices=Told.choices, widget=forms.RadioSelect)
    about = forms.ChoiceField(label=_("What is the dispute about?"))
    matter = words(_("What happened?"), _("In the applicant's words."))
    wish = words(_("What would they like to come of it?"), rows=2, required=False)
    name = line(_("Name of the applicant"))
    contact = line(_("Contact of the applicant"), most=254, required=False)
    other = line(_("Name of the other side"))
    other_contact = line(_("Contact of the other side"), most=254, required=False)
    place = forms.ChoiceField(label=_("Which building is it about?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("place", [("", _("not one building")), *place_choices()])
        self.offer("about", [(code, kind.title) for code, kind in types().items()])
        self.order_fields(["action", "channel", *QUESTIONS, "told"])


# --- steps: each is given the mediation, and the participant where a party acts


class StepForm(MoveForm):
    """A step that needs nothing but the button."""

    def __init__(self, *args: Any, mediation: Mediation, one: Participant | None = None, **kwargs: Any) -> None:
        self.mediation, self.one = mediation, one
        kwargs["initial"] = {"version": mediation.procedure.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Set the choices that are known only now."""

    def people(self, name: str = "participant", side: str = "") -> None:
        found = Participant.objects.filter(procedure=self.mediation.pk, **({"side": side} if side else {}))
        self.offer(name, [(str(row.pk), f"{row.name} ({Side(row.side).label})") for row in found])


class PersonStep(StepForm):
    participant = forms.ChoiceField(label=_("Who?"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.people()


class ScreenStep(StepForm, ScreenMixin):
    def prepare(self) -> None:
        self.order_fields(["action", "version", *QUESTIONS])


class JoinStep(StepForm):
    side = forms.ChoiceField(label=_("On which side?"), choices=Side.choices, widget=forms.RadioSelect)
    name = line(_("Name"))
    contact = line(_("Contact"), _("Sealed."), most=254, required=False)
    details = line(_("Identity number and address"), _("For the agreement. Sealed."), most=300, required=False)
    speaks_for = line(_("Speaks also for"), _("For example a child whose guardian they are."), required=False)


class AskStep(StepForm):
    text = words(
        _("What is the other side told?"),
        _("In neutral words. It is all that they read of the matter; the applicant's own words stay here."), most=1000,
    )  # fmt: skip


class ConsentStep(StepForm):
    """A party says that it is willing."""

    rights = forms.BooleanField(label=_("I have read my rights and duties above, and I am willing to be mediated"))


class WillingStep(PersonStep):
    told = forms.ChoiceField(label=_("How were the rights explained?"), choices=Told.choices, widget=forms.RadioSelect)


class ProposeStep(StepForm):
    post = forms.ChoiceField(label=_("Which mediator?"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        found = mediators(self.mediation, timezone.now())
        self.offer("post", [(str(post.pk), f"{post.title} · {post.organisation.title}") for post in found])


class StaffProposeStep(ProposeStep):
    side = forms.ChoiceField(
        label=_("For whom do you write this down?"), required=False,
        choices=[("", _("the committee proposes to both")), *Side.choices],
    )  # fmt: skip


class AnswerStep(StepForm):
    which = forms.IntegerField(widget=forms.HiddenInput)
    accept = forms.ChoiceField(widget=forms.HiddenInput, choices=[("yes", "yes"), ("no", "no")])


class StaffAnswerStep(AnswerStep):
    side = forms.ChoiceField(widget=forms.HiddenInput, choices=Side.choices)


class ReasonStep(StepForm):
    reason = words(_("Reason"), rows=3, most=500)


class TextStep(StepForm):
    text = words(_("Text"), rows=3, most=2000)


class SayStep(StepForm):
    text = words(_("What do you want to say to the mediator?"), most=2000)
    may_pass = forms.BooleanField(
        label=_("The mediator may pass these words on to the other side"), required=False
    )  # fmt: skip


class StaffSayStep(PersonStep):
    text = words(_("What they said"), most=2000)
    may_pass = forms.BooleanField(label=_("May be passed on to the other side"), required=False)


class WriteStep(PersonStep):
    text = words(_("What do you write?"), most=2000)


class SeqStep(StepForm):
    seq = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class InviteStep(StepForm):
    name = line(_("Who should help?"))
    what = line(_("Who is that, and what for?"), most=120)


class InvitedStep(PersonStep):
    """What a party said of somebody who is to help, written down by staff."""

    which = forms.ChoiceField(label=_("Who should help?"), widget=forms.RadioSelect)
    accept = forms.ChoiceField(label=_("Do they agree?"), choices=YES_NO, widget=forms.RadioSelect)

    def prepare(self) -> None:
        super().prepare()
        waiting = self.mediation.procedure.invitees.filter(status=Offer.OPEN)
        self.offer("which", [(row.pk, f"{row.name}, {row.what}") for row in waiting])


class OpenlyStep(StepForm):
    side = forms.ChoiceField(label=_("Which side?"), choices=Side.choices, widget=forms.RadioSelect)
    wanted = forms.ChoiceField(label=_("Do they want it held openly?"), choices=YES_NO, widget=forms.RadioSelect)


class SessionStep(StepForm):
    starts = forms.DateTimeField(label=_("When?"), widget=MomentInput)
    where = line(_("Where?"), most=120)
    manner = forms.ChoiceField(label=_("How?"), choices=Meeting.choices, widget=forms.RadioSelect)
    only = forms.ChoiceField(
        label=_("With which side alone?"), choices=[("", _("with both")), *Side.choices], required=False
    )  # fmt: skip


class RecordStep(StepForm):
    session = forms.ChoiceField(label=_("Which meeting?"))
    held = forms.ChoiceField(
        label=_("Did it take place?"), choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect
    )  # fmt: skip
    present = line(_("Who was there?"), most=300, required=False)
    record = words(_("Course and result"), required=False)

    def prepare(self) -> None:
        planned = self.mediation.procedure.sessions.filter(status="planned")
        self.offer("session", [(row.pk, f"{when(row.starts)} · {row.where}") for row in planned])


class AgreementStep(StepForm):
    facts = words(_("Main facts"), rows=3)
    issues = words(_("What is disputed, and who is liable"), rows=3)
    content = words(_("What the parties agree on"), rows=5)

    def prepare(self) -> None:
        people = Participant.objects.filter(procedure=self.mediation.pk)
        choices = [("", "–"), *((str(row.pk), row.name) for row in people)]
        for n in range(1, ROWS + 1):
            self.fields[f"by_{n}"] = forms.ChoiceField(label=_("Who"), choices=choices, required=False)
            self.fields[f"what_{n}"] = line(_("does what"), most=300, required=False)
            self.fields[f"manner_{n}"] = line(pgettext_lazy("performance", "how"), most=200, required=False)
            self.fields[f"due_{n}"] = forms.DateField(label=_("by which day"), widget=DayInput, required=False)
        if not self.is_bound:
            before = _as_it_stands(Agreement.objects.filter(pk=self.mediation.pk).first())
            self.initial = {**self.initial, **before}

    @property
    def groups(self) -> list[list[Any]]:
        return [[self[f"{name}_{n}"] for name in ("by", "what", "manner", "due")] for n in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for n in range(1, ROWS + 1):
            row = {name: given.get(f"{name}_{n}") for name in ("by", "what", "manner", "due")}
            if any(row.values()):
                for name in [name for name, value in row.items() if not value]:
                    if f"{name}_{n}" not in self.errors:
                        self.add_error(f"{name}_{n}", _("Fill in the whole line: who, what, how and by which day."))
        return given

    @property
    def rows(self) -> list[tuple[str, str, str, date]]:
        """The lines that were filled in."""
        given = self.cleaned_data
        return [
            (given[f"by_{n}"], given[f"what_{n}"], given[f"manner_{n}"], given[f"due_{n}"])
            for n in range(1, ROWS + 1)
            if given.get(f"by_{n}") and given.get(f"due_{n}")
        ]


def _as_it_stands(agreement: Agreement | None) -> dict[str, Any]:
    if agreement is None:
        return {}
    rows: Sequence[Performance] = list(agreement.performances.all())[:ROWS]
    told: dict[str, Any] = {"facts": agreement.facts, "issues": agreement.issues, "content": agreement.content}
    for n, row in enumerate(rows, 1):
        told |= {f"by_{n}": str(row.by_id), f"what_{n}": row.what, f"manner_{n}": row.manner, f"due_{n}": row.due}
    return told


class OralStep(AgreementStep):
    facts = words(_("Main facts"), rows=2, required=False)
    issues = None  # type: ignore[assignment]
    content = words(_("What they agreed on, as they said it"))


class SignStep(StepForm):
    draft = forms.IntegerField(widget=forms.HiddenInput)
    signature = SignatureField(
        label=_("Your signature"), help_text=_("Sign, or type your name as it stands in the agreement.")
    )


class PaperSignStep(PersonStep):
    draft = forms.IntegerField(widget=forms.HiddenInput)
    name = line(_("Name, as signed on paper before you"))


class DraftStep(StepForm):
    draft = forms.IntegerField(widget=forms.HiddenInput)


class CourtStep(StepForm):
    court = line(_("Which court?"))
    on = forms.DateField(label=_("Handed in on"), widget=DayInput)


class CourtAnswerStep(StepForm):
    answer = forms.ChoiceField(
        label=_("What did the court decide?"), widget=forms.RadioSelect,
        choices=[(each, each.label) for each in (Court.CONFIRMED, Court.REFUSED)],
    )  # fmt: skip
    on = forms.DateField(label=_("On"), widget=DayInput)


class PerformedStep(StepForm):
    performance = forms.ChoiceField(label=_("What was done?"), widget=forms.RadioSelect)
    on = forms.DateField(label=_("On"), widget=DayInput)
    proof = line(_("How do you know?"), _("A receipt, a look at it, the other side's word."), most=300)

    def prepare(self) -> None:
        rows = Performance.objects.filter(agreement=self.mediation.pk, done_on=None).select_related("by")
        self.offer("performance", [(row.pk, f"{row.by.name}: {row.what}") for row in rows])


class OpenStep(PersonStep):
    what = forms.ChoiceField(
        label=_("What do you open?"), widget=forms.RadioSelect,
        choices=[("contact", _("the contact")), ("details", _("identity number and address"))],
    )  # fmt: skip
    reason = line(_("What do you need it for?"), _("The person can read this."), most=200)


class LetterStep(PersonStep):
    """A letter with a fresh code for one party."""
