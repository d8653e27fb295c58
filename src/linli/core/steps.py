"""Forms that residents fill in one question a page.

What was answered lies in the session (`Draft`, or `SealedDraft` where all of it is somebody's own affair), so that
nothing typed is lost between the pages; `drop_all` forgets every one of them at once. `Walk` is a row of questions with
an overview at the end:

    WALK = Walk(HazardDraft, [Question("kind", KindForm), Question("words", WordsForm)], page=…, check=…, back=…)

    def tell(request, page):                          the question, or the way on
        return WALK.ask(request, page)

Nothing needs JavaScript. A changed answer leads back to the overview; the last button has one effect however often it
is pressed, for the draft carries the UUID of its one act.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID, uuid4

import orjson
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from linli.core.errors import NotFound
from linli.core.forms import KitForm
from linli.core.sealed import CannotOpen, seal, unseal

_names: set[str] = set()


@dataclass
class Draft:
    """What was answered so far, under SESSION in the session. action: of the one act that it becomes."""

    SESSION: ClassVar[str] = ""

    action: str = field(default_factory=lambda: str(uuid4()))

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.SESSION:
            _names.add(cls.SESSION)

    @classmethod
    def of(cls, session: SessionBase) -> Self:
        """The draft of this session, or an empty one. What an older version of its pages left there is passed over."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in cls._kept(session).items() if name in known})

    @classmethod
    def _kept(cls, session: SessionBase) -> Mapping[str, Any]:
        kept = session.get(cls.SESSION)
        return kept if isinstance(kept, dict) else {}

    def keep(self, session: SessionBase) -> None:
        session[self.SESSION] = asdict(self)

    @classmethod
    def drop(cls, session: SessionBase) -> None:
        session.pop(cls.SESSION, None)

    @property
    def act(self) -> UUID:
        return UUID(self.action)


class SealedDraft(Draft):
    """A draft that is sealed whole, for others use the same device and a session lies in the database."""

    @classmethod
    def _kept(cls, session: SessionBase) -> Mapping[str, Any]:
        try:
            opened = unseal(b64decode(session.get(cls.SESSION, "")), row="session", field=f"draft.{cls.SESSION}")
            return dict(orjson.loads(opened))
        except (CannotOpen, TypeError, ValueError):
            return {}

    def keep(self, session: SessionBase) -> None:
        sealed = seal(orjson.dumps(asdict(self)).decode(), row="session", field=f"draft.{self.SESSION}")
        session[self.SESSION] = b64encode(sealed).decode()


def drop_all(session: SessionBase) -> None:
    """Forget everything that is being written on this device."""
    for name in _names:
        session.pop(name, None)


def show_question(
    request: HttpRequest, template: str, form: KitForm | None, *, step: int, step_count: int, back: str,
    status: int = 0, **more: Any,
) -> HttpResponse:  # fmt: skip
    """One question of several. back: an address. status: 422 by itself where the form is wrong."""
    wrong = form is not None and form.is_bound and bool(form.errors)
    context = {"form": form, "step": step, "step_count": step_count, "back_url": back, **more}
    return render(request, template, context, status=status or (422 if wrong else 200))


# --- a row of questions


@dataclass
class WalkDraft(SealedDraft):
    """The answers of a walk, as they were sent: by question, by field. reviewed: the overview was seen once."""

    answers: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    reviewed: bool = False

    def put(self, question: str, **values: str) -> None:
        """Answer beforehand what is known; nothing where no value is any."""
        if known := {name: [value] for name, value in values.items() if value}:
            self.answers[question] = known


@dataclass(frozen=True)
class Question:
    """One page. name: the last part of its address. make: its form. template: "" for the walk's own.

    optional: one button goes on without an answer.  asked: whether it is asked at all, given the draft.
    known: what its form is told of the answers so far, as arguments by name.
    """

    name: str
    make: Callable[..., KitForm]
    template: str = ""
    optional: bool = False
    asked: Callable[[Any], bool] = lambda _draft: True
    known: Callable[[Any], Mapping[str, Any]] = lambda _draft: {}

    def form(self, draft: "WalkDraft", *args: Any, **more: Any) -> KitForm:
        return self.make(*args, **more, **self.known(draft))


@dataclass(frozen=True)
class Answered:
    """A line of the overview."""

    name: str
    label: Any
    value: Any
    url: str


D = TypeVar("D", bound=WalkDraft)
Halt = Callable[[HttpRequest, D, Question, KitForm], "Mapping[str, Any] | HttpResponse | None"]


class Walk(Generic[D]):
    """Questions in their order. template: the page of one. page: the address of a question by its name.

    halt: looks at an answer before it is kept; a mapping shows the page again with it, a response goes elsewhere.
    """

    def __init__(
        self, draft: type[D], questions: Sequence[Question], *, template: str, page: Callable[[str], str],
        check: Callable[[], str], back: Callable[[], str], halt: Halt[D] | None = None,
    ) -> None:  # fmt: skip
        self.draft, self.questions, self.template = draft, questions, template
        self.page, self.check, self.back, self.halt = page, check, back, halt

    def of(self, request: HttpRequest) -> D:
        return self.draft.of(request.session)

    def asked(self, draft: D) -> list[Question]:
        return [each for each in self.questions if each.asked(draft)]

    def ask(self, request: HttpRequest, name: str, **more: Any) -> HttpResponse:
        """The page of a question; once it is answered, the way on. `more` is for the template.

        Raises:
            NotFound: there is no such question.
        """
        draft = self.of(request)
        if (first := self.first_open(draft, before=name)) is not None:
            return HttpResponseRedirect(self.page(first))
        question = self._named(draft, name)
        form = self._form(question, draft, request)
        if request.method == "POST":
            if question.optional and "none" in request.POST:
                return self.go_on(request, draft, name, {})
            if form.is_valid():
                halted = self.halt(request, draft, question, form) if self.halt else None
                if isinstance(halted, HttpResponse):
                    return halted
                if halted is None:
                    return self.go_on(request, draft, name, _sent(form, request.POST))
                more |= halted
        return self.show(request, draft, name, form, **more)

    def show(
        self, request: HttpRequest, draft: D, name: str, form: KitForm, *, back: str = "", **more: Any
    ) -> HttpResponse:
        """The page of a question, with how far one is and the way back.  back: where it is not the question before."""
        question, asked = self._named(draft, name), self.asked(draft)
        at = asked.index(question)
        before = self.page(asked[at - 1].name) if at else self.back()
        back = self.check() if draft.reviewed else back or before
        return show_question(
            request, question.template or self.template, form, step=at + 1, step_count=len(asked) + 1, back=back,
            draft=draft, optional=question.optional, **more,
        )  # fmt: skip

    def _named(self, draft: D, name: str) -> Question:
        found = next((each for each in self.asked(draft) if each.name == name), None)
        if found is None:
            raise NotFound
        return found

    def _form(self, question: Question, draft: D, request: HttpRequest) -> KitForm:
        if request.method == "POST":
            return question.form(draft, request.POST)
        kept = draft.answers.get(question.name, {})
        return question.form(draft, initial={name: values[-1] for name, values in kept.items() if values})

    def go_on(self, request: HttpRequest, draft: D, name: str, sent: dict[str, list[str]]) -> HttpResponse:
        """Keep an answer, and go to the first question that nobody answered yet, or to the overview."""
        draft.answers[name] = sent
        draft.keep(request.session)
        still = self.first_open(draft)
        return HttpResponseRedirect(self.page(still) if still else self.check())

    def first_open(self, draft: D, *, before: str = "") -> str | None:
        """The first question without an answer, only of those before `before` where that is given."""
        for question in self.asked(draft):
            if question.name == before:
                return None
            if question.name not in draft.answers:
                return question.name
        return None

    def answered(self, request: HttpRequest, draft: D) -> "list[KitForm] | HttpResponse":
        """All forms, bound and valid: what is sent. Where one is missing or holds no longer, the way to its page."""
        forms = []
        for question in self.asked(draft):
            if question.name not in draft.answers:
                return HttpResponseRedirect(self.page(question.name))
            form = question.form(draft, MultiValueDict(draft.answers[question.name]))
            if not form.is_valid():
                del draft.answers[question.name]  # a place or a kind that is gone is asked for anew
                draft.keep(request.session)
                return HttpResponseRedirect(self.page(question.name))
            forms.append(form)
        if not draft.reviewed:
            draft.reviewed = True
            draft.keep(request.session)
        return forms

    def overview(self, draft: D, forms: Sequence[KitForm]) -> Iterator[Answered]:
        """What stands on the overview, a line for each field that was answered or could have been."""
        for question, form in zip(self.asked(draft), forms, strict=True):
            for bound in form.visible_fields():
                yield Answered(bound.name, bound.label, _shown(bound), self.page(question.name))

    def last_page(self, draft: D) -> str:
        return self.page(self.asked(draft)[-1].name)


def given(forms: Sequence[KitForm]) -> dict[str, Any]:
    """The answers of all pages together, cleaned."""
    return {name: value for form in forms for name, value in form.cleaned_data.items()}


def _sent(form: KitForm, data: QueryDict) -> dict[str, list[str]]:
    names = [form.add_prefix(name) for name in form.fields]
    return {name: [str(value) for value in data.getlist(name)] for name in names if name in data}


def _shown(bound: Any) -> Any:
    value = bound.value()
    if isinstance(value, bool) or bound.widget_type == "checkbox":
        return _("Yes") if bound.form.cleaned_data.get(bound.name) else ""
    choices = getattr(bound.field, "choices", None)
    if choices is None:
        return value or ""
    return dict(_flat(choices)).get(str(value), "") if value else ""


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(key), label
