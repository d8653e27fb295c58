"""Forms of sign-in, invitations, organisations, posts and the roster."""

import unicodedata
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import SignupWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core import limits
from linli.core.errors import Invalid
from linli.core.forms import CodeInput, DayInput, Hinted, KitForm, MomentInput
from linli.core.text import mixes_alphabets
from linli.people.domain.contacts import Contact, read_contact
from linli.people.domain.queries import places_for_posts, posts_within, staff_within
from linli.people.enums import OrganisationKind, Role
from linli.people.models import Account, Holding, Organisation, Post
from linli.places.models import Place


def carry_over(told: Invalid, form: forms.Form) -> None:
    """Show what the domain refused beside the fields it concerns."""
    for name, message in told.fields.items():
        form.add_error(name if name in form.fields else None, message)
    if not told.fields:
        form.add_error(None, told.message)


class ContactForm(KitForm):
    contact = forms.CharField(
        label=_("What is your mobile number or e-mail address?"),
        help_text=_("We send you a code of six digits. You need no password."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "inputmode": "email"}),
    )

    def clean_contact(self) -> Contact:
        try:
            return read_contact(self.cleaned_data["contact"])
        except Invalid as told:
            raise forms.ValidationError(told.fields["contact"]) from told


class CodeForm(KitForm):
    code = forms.RegexField(
        r"^\s*\d{3}\s?\d{3}\s*$",
        label=_("What code did we send you?"),
        error_messages={"invalid": _("The code has six digits.")},
        widget=CodeInput(),
    )

    def clean_code(self) -> str:
        """The six digits alone, in ASCII: a Chinese keyboard may write them full-width."""
        return "".join(unicodedata.normalize("NFKC", self.cleaned_data["code"]).split())


class StaffSignInForm(LoginForm):
    """E-mail and password. Nobody is remembered on an office's computer."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class CodeOfApp:
    """Words for a code that an authenticator app shows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]  # type: ignore[attr-defined]
        code.label = _("Code from your authenticator app")
        code.widget = CodeInput()


class GuessedCode(CodeOfApp):
    """A code that is compared: so many tries for one account, for all processes and addresses together."""

    def clean_code(self) -> str:
        who = str(self.user.pk)  # type: ignore[attr-defined]
        limits.limit(context.request, "staff.code", who=who)
        code = super().clean_code()  # type: ignore[misc]
        limits.forgive(context.request, "staff.code", who=who)
        return code


class SecondKeyForm(GuessedCode, AuthenticateForm):
    use_required_attribute = False


class SecondKeyAgainForm(GuessedCode, ReauthenticateForm):
    use_required_attribute = False


class FirstCodeForm(CodeOfApp, ActivateTOTPForm):
    use_required_attribute = False


class PasskeyForm(SignupWebAuthnForm):
    """A passkey signs in by itself, so it always asks for the device's own lock."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this passkey")
        self.fields["name"].help_text = _("So that you know it again, for example: office computer.")


class PersonForm(KitForm):
    """A form with the name of a person, by which others know who it is."""

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if mixes_alphabets(name):
            raise forms.ValidationError(_("Write the name in one alphabet. Two of its letters only look alike."))
        return name


class AcceptForm(PersonForm):
    """An invitation: the name others see, and how this person will sign in."""

    PASSKEY, PASSWORD = "passkey", "password"

    name = forms.CharField(label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    way = forms.ChoiceField(
        label=_("How will you sign in?"),
        choices=[
            (PASSKEY, Hinted(_("With a passkey"), _("Fingerprint, face or PIN of this device. Nothing to remember."))),
            (PASSWORD, Hinted(_("With a password and an app"), _("You need an authenticator app on your telephone."))),
        ],
        widget=forms.RadioSelect,
    )
    password = forms.CharField(
        label=_("Password, where you chose one"),
        help_text=_("At least 12 characters. Four words you can remember are better than one that is hard to type."),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("way") == self.PASSWORD:
            password = given.get("password", "")
            if not password:
                self.add_error("password", _("Choose a password."))
            else:
                self._judge(password, given.get("name", ""))
        return given

    @property
    def password_or_none(self) -> str | None:
        chosen = self.cleaned_data["way"] == self.PASSWORD
        return self.cleaned_data["password"] if chosen else None

    def _judge(self, password: str, name: str) -> None:
        try:
            validate_password(password, Account(name=name))
        except forms.ValidationError as told:
            self.add_error("password", told)


class PlaceChoice(forms.ModelChoiceField):
    """A place of the tree, its depth shown by indentation."""

    def label_from_instance(self, place: Place) -> str:
        return f"{'　' * (len(place.path) // 4 - 1)}{place.title}"


class PostChoice(forms.ModelChoiceField):
    """A post with its organisation: two committees each have a secretary."""

    def label_from_instance(self, post: Post) -> str:
        return f"{post.title} · {post.organisation.title}"


class PostsChoice(PostChoice, forms.ModelMultipleChoiceField):
    """Several of them."""


class OrganisationForm(KitForm):
    name = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    parent = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Part of"), required=False, empty_label=_("nothing above it")
    )
    place = PlaceChoice(Place.objects.none(), label=_("Place"))

    def __init__(self, *args: Any, within: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Organisation.objects.filter(closed_at=None, place__path__startswith=within.path)
        self.fields["parent"].queryset = here.order_by("path")  # type: ignore[attr-defined]
        self.fields["place"].queryset = places_for_posts(within)  # type: ignore[attr-defined]


class NameForm(KitForm):
    name = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)


class SuperiorForm(NameForm):
    superior = PostChoice(
        Post.objects.none(),
        label=_("Who takes the work while it is vacant?"),
        required=False,
        empty_label=_("the duty officer"),
    )

    def __init__(self, *args: Any, within: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["superior"].queryset = posts_within(within)  # type: ignore[attr-defined]


class PostForm(SuperiorForm):
    role = forms.ChoiceField(label=_("What is the post for?"), choices=Role.choices)
    place = PlaceChoice(Place.objects.none(), label=_("Place"))
    field_order = ["name", "name_en", "role", "place", "superior"]

    def __init__(self, *args: Any, within: Place, **kwargs: Any) -> None:
        super().__init__(*args, within=within, **kwargs)
        self.fields["place"].queryset = places_for_posts(within)  # type: ignore[attr-defined]


class InviteForm(PersonForm):
    name = forms.CharField(label=_("Name"), max_length=60)
    email = forms.EmailField(label=_("E-mail address"))
    kind = forms.ChoiceField(label=_("As"), choices=Holding.Kind.choices, initial=Holding.Kind.HOLDER)


class AppointForm(KitForm):
    account = forms.ModelChoiceField(Account.objects.none(), label=_("Who"))
    kind = forms.ChoiceField(label=_("As"), choices=Holding.Kind.choices, initial=Holding.Kind.HOLDER)

    def __init__(self, *args: Any, within: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = staff_within(within, at=timezone.now())  # type: ignore[attr-defined]


class HandOverForm(KitForm):
    to = forms.ModelChoiceField(Account.objects.none(), label=_("To whom?"))
    note = forms.CharField(
        label=_("Note for the next holder"),
        help_text=_("What is open, who waits for what, where the keys are."),
        required=False,
        max_length=4000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, within: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = staff_within(within, at=timezone.now())  # type: ignore[attr-defined]


class DutyForm(KitForm):
    post = PostChoice(Post.objects.none(), label=_("Post"))
    starts = forms.DateTimeField(label=_("From"), widget=MomentInput)
    ends = forms.DateTimeField(label=_("Until"), widget=MomentInput)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def __init__(self, *args: Any, within: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = posts_within(within)  # type: ignore[attr-defined]


# The words for each of duty.PATTERNS.
PATTERN_WORDS = {
    "day": _("One shift: 9:00 to 17:00"),
    "two": _("Two shifts: 8:00 and 20:00, 12 hours each"),
    "three": _("Three shifts: 0:00, 8:00 and 16:00, 8 hours each"),
    "round": _("Round the clock: 24 hours from 8:00"),
}


class PlanForm(KitForm):
    """A pattern: the chosen posts take the shifts in turn."""

    posts = PostsChoice(Post.objects.none(), label=_("Posts that take turns"), widget=forms.CheckboxSelectMultiple)
    pattern = forms.ChoiceField(label=_("Shifts"), choices=PATTERN_WORDS.items())
    first = forms.DateField(label=_("First day"), widget=DayInput)
    days = forms.IntegerField(label=_("Number of days"), min_value=1, max_value=92, initial=7)

    def __init__(self, *args: Any, within: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["posts"].queryset = posts_within(within)  # type: ignore[attr-defined]


class AccountForm(PersonForm):
    name = forms.CharField(label=_("Your name"), max_length=60, required=False)
    language = forms.ChoiceField(
        label=_("Language of messages to you"), choices=[("zh-hans", "简体中文"), ("en", "English")]
    )
