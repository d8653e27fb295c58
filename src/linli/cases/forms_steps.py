"""The forms of what happens to a case on its way: more time, a question, help, joining, watching from above."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.cases.domain.more_time import most_more
from linli.cases.domain.queries import case_for
from linli.cases.domain.report import TEXT_MOST
from linli.cases.forms_staff import CaseMoveForm, ReasonForm, offer
from linli.cases.models import Case, CaseClass
from linli.core.errors import NotFound
from linli.core.forms import ActionForm, DayInput, Hinted, PhotosField
from linli.people.actors import Viewer
from linli.people.models import Post
from linli.procedures.models import Clock
from linli.procedures.sentences import UNIT_NAMES, duration


def words(label: Any, required: Any, *, most: int = 1000, rows: int = 3, **more: Any) -> forms.CharField:
    """A text of some lines. required: what is said where it is left empty."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, error_messages={"required": required}, **more)


REASON = _("Write the reason in a sentence.")
WHAT_WAS_DONE = _("Write what was done.")


class PostForm(CaseMoveForm):
    """One of some posts, each with its organisation and place."""

    to = forms.ChoiceField(
        label=_("Which post?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a post.")}
    )

    def __init__(self, *args: Any, posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        offer(self, "to", [(key, Hinted(post.title, _where(post))) for key, post in self.posts.items()])

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "to": self.posts[self.cleaned_data["to"]]}


def _where(post: Post) -> str:
    return f"{post.organisation.title} · {post.place.title}"


class HandOnForm(PostForm):
    reason = words(_("Why them?"), REASON, help_text=_("They read this, and so does the reporter."))


class AskHelpForm(PostForm):
    text = words(_("What are they to do?"), _("Write what they are to do."))


class RelieveForm(PostForm):
    reason = words(_("Reason"), REASON)

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return {"post": given.pop("to"), **given}


class TakeChargeForm(PostForm):
    text = words(
        _("Why is it one, and what is hoped for?"),
        _("Write why it is one, and what is hoped for."),
        help_text=_("The owner looks at it every month until it is settled. It is listed by matter, never by person."),
    )


class HelpDoneForm(CaseMoveForm):
    text = words(_("What was done?"), WHAT_WAS_DONE)
    photos = PhotosField(label=_("Photos"), help_text=_("Up to three. No faces and no number plates."), required=False)


class RecallForm(ReasonForm):
    reason = words(_("Why do you take it back?"), REASON, help_text=_("The post that has it reads this."))


class TimeForm(CaseMoveForm):
    """How much more time, in the unit of the clock that runs."""

    amount = forms.IntegerField(label=_("How much more time?"), min_value=1)

    def __init__(self, *args: Any, clock: Clock | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if clock is not None:
            hint = _("In %(unit)s. At most %(most)s more.") % {
                "unit": UNIT_NAMES[clock.unit],  # type: ignore[index]
                "most": duration(most_more(clock), clock.unit),
            }
            self.fields["amount"].help_text = hint


class AskTimeForm(TimeForm):
    reason = words(
        _("Why is it needed?"), REASON, help_text=_("The area lead decides. Say what is waited for, and until when.")
    )


class ExtendForm(TimeForm):
    """The reporter reads the new date."""


class RefuseTimeForm(ReasonForm):
    reason = words(_("Why not?"), REASON, help_text=_("The handler reads this."))


class DeferForm(ReasonForm):
    until = forms.DateField(
        label=_("Until which day?"),
        widget=DayInput,
        error_messages={"required": _("Choose the day on which it goes on.")},
    )
    reason = words(_("What is waited for?"), REASON, help_text=_("The reporter reads this."))
    field_order = ("until", "reason")


class AskForm(CaseMoveForm):
    question = words(
        _("What do you need to know?"), _("Write the question."), help_text=_("The reporter reads exactly this.")
    )


class ReplyForm(CaseMoveForm):
    text = words(_("What did the reporter say?"), _("Write what the reporter said."))


class InviteForm(CaseMoveForm):
    text = words(
        _("What are they to do?"),
        _("Write what they are to do."),
        help_text=_("They see this, the class and the place, and nothing else of the case. Name no resident."),
    )
    contact = forms.CharField(
        label=_("Mobile number or e-mail"),
        max_length=120,
        required=False,
        help_text=_("Kept sealed, so that somebody can ask them. You give them the link yourself."),
    )


class GuestDoneForm(ActionForm):
    """What a third party did."""

    text = words(_("What did you do?"), WHAT_WAS_DONE)
    photos = PhotosField(label=_("Photos"), help_text=_("Up to three. No faces and no number plates."), required=False)


class JoinForm(CaseMoveForm):
    """Another case, by its number."""

    into = forms.CharField(
        label=_("Number of the other case"), max_length=20, error_messages={"required": _("Write the number.")}
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def clean_into(self) -> Case:
        try:
            return case_for(self.cleaned_data["into"], self.viewer)
        except NotFound as told:
            raise forms.ValidationError(
                _("Your post sees no case with this number. Compare it letter by letter.")
            ) from told


class MergeForm(JoinForm):
    because = forms.CharField(label=_("How do you know?"), max_length=200, required=False)


class LinkForm(JoinForm):
    def arguments(self) -> dict[str, Any]:
        return {"parent": self.cleaned_data["into"]}


class SplitForm(CaseMoveForm):
    text = words(
        _("What is the matter of its own?"), _("Write what it is about."), most=TEXT_MOST,
        help_text=_("Name no resident. The new case lies at the same place."),
    )  # fmt: skip
    klass = forms.ChoiceField(label=_("Class"), required=False)

    def __init__(self, *args: Any, classes: Sequence[CaseClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.classes = {klass.code: klass for klass in classes}
        offer(self, "klass", [("", _("Not sure")), *((one.code, one.title) for one in classes)])

    def arguments(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "klass": self.classes.get(self.cleaned_data["klass"])}


class SuperviseForm(CaseMoveForm):
    text = words(
        _("What do you expect, and by when?"),
        _("Write what you expect."),
        help_text=_("Whoever has the case reads it."),
    )


class ReportBackForm(CaseMoveForm):
    text = words(_("How does it stand?"), _("Write how it stands."), help_text=_("Whoever supervises reads it."))


class ReviewForm(CaseMoveForm):
    text = words(_("What was done, and what comes next?"), _("Write what was done, and what comes next."))


class SettleForm(CaseMoveForm):
    text = words(_("How was it settled?"), _("Write how it was settled."))
