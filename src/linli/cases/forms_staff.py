"""The forms of staff: one for each move, asking only what it needs; and what stands beside the moves."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.report import TEXT_MOST
from linli.cases.domain.triage import Proposal
from linli.cases.domain.whereabouts import Meant, places_meant
from linli.cases.enums import Grade, Hotline
from linli.cases.models import CaseClass
from linli.core.forms import ActionForm, Hinted, KitForm, PhotosField
from linli.core.versions import VersionField
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.forms import place_choice
from linli.places.models import Place


class CaseMoveForm(ActionForm):
    """A move of a case; without more it asks nothing."""

    version = VersionField()

    def arguments(self) -> dict[str, Any]:
        """What the verb takes beside the version and the action. Photographs are still to be stored."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("action", "version")}


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Say what a field of choices offers on this page."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def _text(label: Any, *, most: int = 1000, required: bool = True, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, **more)


def _photos(*, required: bool = False) -> PhotosField:
    return PhotosField(label=_("Photos"), help_text=_("Up to three. No faces and no number plates."), required=required)


class ReasonForm(CaseMoveForm):
    reason = _text(_("Reason"), error_messages={"required": _("Write the reason in a sentence.")})


class HandBackForm(ReasonForm):
    reason = _text(
        _("Why is it not yours?"),
        help_text=_("The duty officer reads this and sends it elsewhere."),
        error_messages={"required": _("Write the reason in a sentence.")},
    )


class HandInForm(CaseMoveForm):
    """What was done, with a photograph where the class asks for one."""

    text = _text(_("What was done?"), error_messages={"required": _("Write what was done.")})
    photos = _photos()

    def __init__(self, *args: Any, photo_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].required = photo_needed
        self.fields["photos"].error_messages["required"] = _("Add a photograph of the work done.")


class VerifyForm(CaseMoveForm):
    note = _text(_("What did you see?"), required=False)
    photos = _photos()


class ReworkForm(CaseMoveForm):
    reason = _text(_("What is still to be done?"), error_messages={"required": _("Write the reason in a sentence.")})
    photos = _photos()


class CloseForm(CaseMoveForm):
    answer = _text(
        _("Answer"),
        most=2000,
        rows=5,
        help_text=_("The reporter reads exactly this."),
        error_messages={"required": _("Write the answer that the reporter will read.")},
    )


class VoidForm(ReasonForm):
    reason = _text(
        _("Why is it not taken up?"),
        help_text=_("The reporter reads this. Say where to go instead."),
        error_messages={"required": _("Write the reason in a sentence.")},
    )


class DispatchForm(CaseMoveForm):
    """To whom: one of the posts that answer for it, the proposed one marked with its reason."""

    to = forms.ChoiceField(label=_("Send to"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Needed where you choose another than proposed.")
    )

    def __init__(self, *args: Any, choice: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = choice
        self.posts = {str(post.pk): post for post in _proposed_first(choice)}
        offer(self, "to", [(key, Hinted(post.title, self._hint(post))) for key, post in self.posts.items()])
        self.fields["to"].initial = str(choice.proposed.pk) if choice.proposed else None

    def _hint(self, post: Any) -> Any:
        if self.choice.proposed and post.pk == self.choice.proposed.pk:
            return _("Proposed: %(why)s") % {"why": self.choice.why}
        return f"{post.organisation.title} · {post.place.title}"

    def arguments(self) -> dict[str, Any]:
        return {"to": self.posts[self.cleaned_data["to"]], "reason": self.cleaned_data["reason"]}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        other = self.choice.proposed and given.get("to") not in (None, str(self.choice.proposed.pk))
        if other and not given.get("reason", "").strip():
            self.add_error("reason", _("Say why you send it elsewhere than proposed."))
        return given


def _proposed_first(choice: Any) -> list[Any]:
    first = [choice.proposed] if choice.proposed else []
    return first + [post for post in choice.posts if not choice.proposed or post.pk != choice.proposed.pk]


class FileForm(DispatchForm):
    """The desk's form: what it is, where it is, and who must act."""

    klass = forms.ChoiceField(label=_("Class"), error_messages={"required": _("Choose a class.")})
    words = forms.CharField(label=_("Find the right place"), max_length=60, required=False)
    place = forms.ChoiceField(label=_("Place"), widget=forms.RadioSelect, required=False)
    grade = forms.ChoiceField(label=_("Grade"), widget=forms.RadioSelect, choices=Grade.choices, required=False)
    hotline = forms.ChoiceField(
        label=_("Kind at the hotline"),
        required=False,
        help_text=_("Its limits follow a published example, not a rule of this city, until the office confirms them."),
    )
    field_order = ("klass", "words", "place", "grade", "hotline", "to", "reason")

    def __init__(
        self,
        *args: Any,
        classes: list[CaseClass],
        known: str,
        found: list[Meant],
        said: Sequence[Meant] = (),
        from_hotline: bool = False,
        reading: Proposal | None = None,
        reported: CaseClass | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._said = said
        self.reading = reading  # what the text reads like: said beside the class, never chosen by itself
        self.reported = reported
        self.fields["grade"].initial = self.choice.grade
        if from_hotline:
            offer(self, "hotline", [("", _("not said")), *Hotline.choices])
            self.fields["hotline"].initial = self.choice.hotline
        else:
            del self.fields["hotline"]
        self.classes = {klass.code: klass for klass in classes}
        offer(self, "klass", [("", _("Choose a class"))] + [(one.code, one.title) for one in classes])
        offer(self, "place", [("", known)] + [place_choice(place, why) for place, why in found])

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        place = tree().by_path.get(given["place"])
        chosen = {"grade": given["grade"], "hotline": given.get("hotline", "")}
        return {**super().arguments(), "klass": self.classes[given["klass"]], "place": place, **chosen}

    @property
    def said(self) -> list[tuple[str, str, str]]:
        """(path, name, why) of each place that the text says and that is not chosen yet."""
        chosen = self["place"].value()
        return [(place.path, full_title(place), why) for place, why in self._said if place.path != chosen]

    @property
    def filing_condition(self) -> str:
        klass = self.classes.get(self["klass"].value() or "")
        return klass.filing_text if klass else ""


def places_found(words: str, chosen: str, below: str) -> list[Meant]:
    """The places to choose from: what the words find below a path, and the one that is chosen already."""
    found = places_meant(words, below=below)
    held = tree().by_path.get(chosen)
    if held is None or not chosen.startswith(below) or any(place.path == chosen for place, _why in found):
        return found
    return [(held, ""), *found]


class NoteForm(ActionForm):
    """Stands on the page of a case beside the form of a move: its fields have ids of their own."""

    text = _text(_("Note"), rows=2, error_messages={"required": _("Write the note.")})
    reader = forms.ChoiceField(
        label=_("Who reads it?"),
        widget=forms.RadioSelect,
        choices=[("staff", _("Staff only")), ("reporter", _("The reporter too"))],
        initial="staff",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="note_%s", **kwargs)


class ContactForm(KitForm):
    """Stands there, too."""

    reason = forms.CharField(
        label=_("What do you need it for?"),
        max_length=200,
        help_text=_("The person can read who opened it, when and why."),
        error_messages={"required": _("Say what you need it for. The person can read this.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="contact_%s", **kwargs)


class GridReportForm(ActionForm):
    """What a grid worker reports on the way: short, with a photo, at a building of the own cell."""

    klass = forms.ChoiceField(label=_("Class"), required=False)
    text = _text(
        _("What did you see?"), most=TEXT_MOST, error_messages={"required": _("Write in a sentence what is wrong.")}
    )
    place = forms.ChoiceField(label=_("Building"))
    photos = _photos()

    def __init__(self, *args: Any, classes: list[CaseClass], buildings: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "klass", [("", _("Not sure"))] + [(one.code, one.title) for one in classes])
        offer(self, "place", [(place.path, full_title(place)) for place in buildings])
