"""Forms of the consent to a care check."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.core.forms import ActionForm, CodeInput, KitForm
from linli.people.models import Post

WORDING = _(
    "I ask that the gateway in my home says once a day whether water was used, yes or no. If it was not for a day, the "
    "post named below is called to see whether I am well. What it says is deleted after 48 hours. I can withdraw this "
    "at any time in one step."
)


class CodeForm(KitForm):
    code = forms.SlugField(
        label=_("Which code stands on the gateway?"),
        help_text=_("For example CA-7K3QX. It stands on the small box that was put up in your home."),
        max_length=20, widget=CodeInput(digits=False, length=10),
    )  # fmt: skip


class ConsentForm(ActionForm):
    """Who is called, and that the words were read."""

    contact = forms.ChoiceField(label=_("Who shall be called?"), widget=forms.RadioSelect)
    ring = forms.CharField(
        label=_("Whom to ring first, if you like"),
        help_text=_("A name and a number, for example your daughter. Only the post you chose can read it."),
        max_length=120, required=False,
    )  # fmt: skip
    agreed = forms.BooleanField(label=_("I have read this and ask for it"))

    def __init__(self, *args: Any, posts: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        self.offer("contact", [(key, f"{post.title} · {post.organisation.title}") for key, post in self.posts.items()])

    @property
    def contact_post(self) -> Post:
        return self.posts[self.cleaned_data["contact"]]
