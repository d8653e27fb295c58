"""What petitioners and staff fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.cases.forms_claim import CodeField, NumberField
from linli.core.forms import ActionForm, DayInput, Hinted, KitForm, MoveForm
from linli.people.models import Organisation, Post
from linli.petitions.domain.opening import MATTER_MOST, TEXT_MOST, Person
from linli.petitions.domain.queries import organisations
from linli.petitions.enums import OUTCOMES, Channel, Field, Ground, Manner, Objection, PetitionClass, Verdict
from linli.petitions.models import Petition
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title, governed_path
from linli.places.models import Kind, Place

CLASSES = [
    (PetitionClass.REQUEST, Hinted(_("I ask for something to be put right"), _(
        "Something was done to you, or was not done for you. You get an opinion letter within 60 days of acceptance."
    ))),
    (PetitionClass.SUGGESTION, Hinted(_("I have a suggestion"), _(
        "Something could be better. It is studied, and you read what was adopted."
    ))),
    (PetitionClass.ACCUSATION, Hinted(_("I want to report misconduct"), _(
        "Somebody in an office or a company breaks the rules. Whom you report never learns of it from us."
    ))),
]  # fmt: skip
REQUEST_OUTCOMES = [(each.value, each.label) for each in OUTCOMES[PetitionClass.REQUEST]]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ItemForm(ActionForm):
    """Everything that an item is: the pages of the petitioner show it in parts, the clerk's page at once."""

    klass = forms.ChoiceField(label=_("What do you bring?"), choices=CLASSES, widget=forms.RadioSelect)
    field = forms.ChoiceField(label=_("What is it about?"), choices=Field.choices, widget=forms.RadioSelect)
    estate = forms.ChoiceField(label=_("Which estate does it concern?"), required=False)
    matter = forms.CharField(
        label=_("In a line: what is it about?"), max_length=MATTER_MOST,
        help_text=_("For example: the lift of No. 12 has stood still for two months. Please name no person here."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("What happened, and what do you ask for?"), max_length=TEXT_MOST, widget=_area(8),
        help_text=_("When, where, what was done so far. Keep to the facts."),
    )  # fmt: skip
    accused = forms.ChoiceField(
        label=_("Is it about something an organisation or one of its people did?"), required=False,
        help_text=_("Whom you choose here is shut out of it: it cannot read, find or handle your petition."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Telephone number"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    address = forms.CharField(
        label=_("Address for letters"), max_length=160, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    persons = forms.IntegerField(label=_("How many people does it speak for?"), min_value=1, max_value=9999, initial=1)
    others = forms.CharField(
        label=_("Other representatives"), required=False, max_length=600, widget=_area(3),
        help_text=_("For a common matter: one in each line, name and telephone number; five with you at most."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        estates = tree().of_kind(Kind.ESTATE, below=governed_path())
        self.offer("estate", [("", _("none, or several")), *((each.path, full_title(each)) for each in estates)])
        self.bodies = {str(each.pk): each for each in organisations()}
        self.offer(
            "accused", [("", _("no, or it is not in this list")), *((k, v.title) for k, v in self.bodies.items())]
        )

    @property
    def people(self) -> list[Person]:
        """Who brings it, the first of them first. For a form that is valid."""
        given = self.cleaned_data
        first = Person(given["name"], given["phone"], given["address"])
        lines = [line.strip() for line in given["others"].splitlines() if line.strip()]
        return [first, *(Person(name, phone.strip()) for name, _gap, phone in (line.partition(" ") for line in lines))]

    @property
    def place(self) -> Place | None:
        return tree().by_path.get(self.cleaned_data["estate"])

    @property
    def body(self) -> Organisation | None:
        return self.bodies.get(self.cleaned_data["accused"])


class RegisterForm(ItemForm):
    """What a clerk writes down of a letter, a call, a fax or a visit."""

    channel = forms.ChoiceField(label=_("How did it come?"), choices=Channel.choices[1:], widget=forms.RadioSelect)
    received_on = forms.DateField(
        label=_("Day on which it came"), widget=DayInput, help_text=_("The time limits count from this day.")
    )
    field_order = ("action", "channel", "received_on", "klass", "field")


class FindForm(KitForm):
    number = NumberField(label=_("Number of the petition"))
    code = CodeField(help_text=_("The ten letters and figures that were shown when the petition was sent."))


class GradeForm(ActionForm):
    grade = forms.TypedChoiceField(
        label=_("How well was it handled?"), coerce=int, widget=forms.RadioSelect,
        choices=[
            (5, pgettext_lazy("grade", "very well")), (4, pgettext_lazy("grade", "well")),
            (3, pgettext_lazy("grade", "fairly")), (2, pgettext_lazy("grade", "badly")),
            (1, pgettext_lazy("grade", "very badly")),
        ],
    )  # fmt: skip


class WhyForm(KitForm):
    why = forms.CharField(
        label=_("What do you need it for?"), max_length=200,
        help_text=_("Kept with your post and the time; the petitioner can read it."),
    )  # fmt: skip


# --- the steps of staff


class StepForm(MoveForm):
    """A step that needs nothing but the button; the others know the petition they are for."""

    def __init__(self, *args: Any, petition: Petition, posts: list[Post], **more: Any) -> None:
        super().__init__(*args, **more)
        self.petition = petition
        self.posts = {str(post.pk): post for post in posts}
        if "to" in self.fields:
            named = [(key, f"{post.organisation.title} · {post.title}") for key, post in self.posts.items()]
            self.offer("to", [("", _("Please choose")), *named])

    def clean_to(self) -> Post | None:
        return self.posts.get(self.cleaned_data["to"])


class ReasonForm(StepForm):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_area(3))


class TextForm(StepForm):
    text = forms.CharField(label=_("In words"), max_length=4000, widget=_area(5))


class NoticeForm(StepForm):
    text = forms.CharField(label=_("What the petitioner should know beside that"), max_length=500, required=False,
                           widget=_area(3))  # fmt: skip


class ForwardForm(StepForm):
    to = forms.ChoiceField(label=_("Which body has the power?"))
    manner = forms.ChoiceField(label=_("How?"), choices=Manner.choices, widget=forms.RadioSelect,
                               initial=Manner.FORWARD)  # fmt: skip


class AcceptForm(StepForm):
    to = forms.ChoiceField(label=_("Who handles it?"), required=False,
                           help_text=_("Nobody chosen: the post that accepts it."))  # fmt: skip


class NotAcceptForm(StepForm):
    ground = forms.ChoiceField(label=_("Why is it not accepted?"), choices=Ground.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Where the petitioner can turn"), max_length=2000, widget=_area(4))
    repeats = forms.CharField(label=_("Number of the earlier petition"), required=False, max_length=20,
                              help_text=_("Where the same matter was brought before."))  # fmt: skip


class MergeForm(StepForm):
    into = forms.CharField(label=_("Number of the petition on the same matter"), max_length=20)


class ObjectForm(StepForm):
    ground = forms.ChoiceField(label=_("Why is it not yours?"), choices=Objection.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Reasons"), max_length=500, widget=_area(3))


class DecideForm(StepForm):
    to = forms.ChoiceField(label=_("Who handles it?"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_area(3))


class MoreTimeForm(StepForm):
    amount = forms.IntegerField(label=_("Days"), min_value=1, max_value=30, initial=30)
    reason = forms.CharField(label=_("Reason, for the petitioner to read"), max_length=500, widget=_area(3))


class OpinionForm(StepForm):
    """The contents that the regulation asks of an opinion letter (art. 32)."""

    asked = forms.CharField(label=_("What the petitioner asks for"), max_length=4000, widget=_area(3))
    facts = forms.CharField(label=_("Facts and reasons"), max_length=4000, widget=_area(5))
    opinion = forms.CharField(label=_("Opinion"), max_length=4000, widget=_area(4))
    basis = forms.CharField(label=_("Legal basis"), max_length=4000, widget=_area(2))
    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect,
                                choices=REQUEST_OUTCOMES)  # fmt: skip


class ReplyForm(StepForm):
    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    text = forms.CharField(label=_("Reply"), max_length=4000, widget=_area(6))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.offer("outcome", [(each.value, each.label) for each in OUTCOMES[self.petition.klass]])


class ReviewForm(StepForm):
    verdict = forms.ChoiceField(label=_("The opinion before"), choices=Verdict.choices, widget=forms.RadioSelect)
    facts = forms.CharField(label=_("Facts and reasons"), max_length=4000, widget=_area(5))
    opinion = forms.CharField(label=_("Opinion"), max_length=4000, widget=_area(4))
    basis = forms.CharField(label=_("Legal basis"), max_length=4000, widget=_area(2))


class PersonForm(ActionForm):
    """Who brings it, once that is known."""

    name = forms.CharField(label=_("Name"), max_length=60)
    phone = forms.CharField(label=_("Telephone number"), max_length=30, required=False)
    address = forms.CharField(label=_("Address for letters"), max_length=160, required=False)
