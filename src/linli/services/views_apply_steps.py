"""A resident applies for an item, one question a page. What was answered lies in the session, sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.cases import claims
from linli.cases.forms_report import EstateForm, ReachForm, SendForm
from linli.core import carried, uploads
from linli.core.access import public
from linli.core.errors import Invalid, NotFound
from linli.core.forms import KitForm, posted
from linli.core.limits import limit
from linli.core.steps import Answered, Question, Walk, WalkDraft, given, show_question
from linli.core.uploads import Slot
from linli.people.middleware import Request
from linli.places.domain.queries import choice, governed_path
from linli.services.domain.applying import Application, apply_for
from linli.services.domain.catalogue import item_on
from linli.services.domain.content import Material
from linli.services.domain.papers import Kept, kept_papers
from linli.services.enums import Channel
from linli.services.forms import OTHER, YES, ChoiceForm, WhoForm
from linli.services.forms_apply import AgainForm, HomeForm, MoreForm, NamesForm, PapersForm
from linli.services.models import Request as Earlier
from linli.services.uploads import slots_for
from linli.services.views_apply import SENT
from linli.services.views_catalogue import answers_of, to_guide


@dataclass
class ApplyDraft(WalkDraft):
    """code: of the item.  before: whether the guide was told of papers given before.  told: words written elsewhere.
    files: those stored so far, by the key of their paper."""

    SESSION = "services.apply"

    code: str = ""
    before: str = ""
    told: str = ""
    files: dict[str, list[str]] = field(default_factory=dict)

    def said(self, question: str, name: str) -> str:
        return (self.answers.get(question, {}).get(name) or [""])[-1]

    @property
    def for_other(self) -> bool:
        return self.said("whom", "who") == OTHER


def _wants_visit(draft: ApplyDraft) -> bool:
    return bool(draft.said("more", "visit"))


def _offered(draft: ApplyDraft) -> dict[str, Any]:
    """The estates, and the buildings of the one that was chosen."""
    return {"choice": choice(estate=draft.said("estate", "place"), below=governed_path())}


class Applying:
    """One application while it is being written: its item, and the questions that the answers so far lead to."""

    def __init__(self, request: Request, code: str) -> None:
        self.request, self.code, self.account = request, code, request.who
        self.content = item_on(code, timezone.localdate()).content
        self.draft = ApplyDraft.of(request.session)
        self._kept: dict[tuple[str, Any], Kept] = {}
        draft, content = self.draft, self.content
        self.walk = Walk(
            ApplyDraft,
            [
                Question("whom", WhoForm),
                Question("about", partial(ChoiceForm, content=content)),
                Question("names", partial(NamesForm, content=content, for_other=draft.for_other), _page("names")),
                Question("reach", ReachForm, _page("reach"), optional=True),
                Question("more", partial(MoreForm, told=draft.told), _page("more")),
                Question("estate", EstateForm, asked=_wants_visit, known=_offered),
                Question("home", HomeForm, _page("home"), asked=_wants_visit, known=_offered),
                Question("again", partial(self.again, draft), _page("again"), optional=True, asked=self.may_serve),
                Question("papers", self.papers_form, _page("papers"), asked=lambda draft: bool(self.slots(draft))),
            ],
            template=_page("step"),
            page=lambda name: reverse("services:apply_page", args=[code, name]),
            check=lambda: reverse("services:apply_check", args=[code]),
            back=lambda: self.guide,
        )  # fmt: skip

    @property
    def guide(self) -> str:
        """The end of the guide, from which they came."""
        draft = self.draft
        answers = {"who": draft.said("whom", "who"), "choice": draft.said("about", "choice"), "before": draft.before}
        return f"{reverse('services:guide', args=[self.code])}?{urlencode(answers)}"

    def papers(self, draft: ApplyDraft) -> list[Material]:
        return self.content.papers(choice=draft.said("about", "choice"), for_other=draft.for_other)

    # papers given before

    def may_serve(self, draft: ApplyDraft) -> bool:
        """Whether papers given before may serve: of an account it is known; others said so in the guide."""
        if not any(paper.reusable for paper in self.papers(draft)):
            return False
        return bool(self.kept(draft, None)) if self.account else draft.before == YES

    def kept(self, draft: ApplyDraft, earlier: Earlier | None) -> Kept:
        """Those of the person it is for that this application needs."""
        name = draft.said("names", "applicant")
        if (name, earlier) not in self._kept:
            self._kept[name, earlier] = kept_papers(
                applicant=name, account=self.account, earlier=earlier, on=timezone.localdate()
            )
        needed = {paper.key for paper in self.papers(draft)}
        return {key: row for key, row in self._kept[name, earlier].items() if key in needed}

    def again(self, draft: ApplyDraft, *args: Any, **kwargs: Any) -> AgainForm:
        signed_in = self.account is not None
        return AgainForm(*args, serving=partial(self.kept, draft), signed_in=signed_in, **kwargs)

    def serving(self, draft: ApplyDraft) -> Kept:
        """What serves again by their answer."""
        if not draft.answers.get("again") or not self.may_serve(draft):
            return {}
        form = self.again(draft, MultiValueDict(draft.answers["again"]))
        return form.serves if form.is_valid() else {}

    # papers as files

    def slots(self, draft: ApplyDraft) -> list[Slot]:
        """A place for each paper that is still to be given."""
        again = self.serving(draft)
        slots = slots_for(self.content, choice=draft.said("about", "choice"), for_other=draft.for_other)
        return [slot for slot in slots if slot.key not in again]

    def filled(self) -> list[Slot]:
        slots = self.slots(self.draft)
        uploads.put_back(self.request, slots, self.draft.files)
        return slots

    def papers_form(self, *args: Any, **kwargs: Any) -> PapersForm:
        return PapersForm(*args, reusable=any(paper.reusable for paper in self.papers(self.draft)), **kwargs)

    def on(self) -> HttpResponse:
        """The first question that is still open, or the overview."""
        still = self.walk.first_open(self.draft)
        return redirect(self.walk.page(still) if still else self.walk.check())


def _page(name: str) -> str:
    return f"services/apply/{name}.html"


def _applying(request: Request, code: str) -> Applying | None:
    """What is being written for this item; none where it was not begun at its guide."""
    draft = ApplyDraft.of(request.session)
    return Applying(request, code) if draft.code == code and "about" in draft.answers else None


@public
@never_cache
@require_safe
def apply(request: Request, code: str) -> HttpResponse:
    """From the guide, whose answers are not asked for again. Whoever has not answered it is asked there first."""
    answers, draft = answers_of(request, item_on(code, timezone.localdate())), ApplyDraft.of(request.session)
    if answers["choice"]:
        draft = draft if draft.code == code else ApplyDraft(code=code)
        draft.put("whom", who=answers["who"])
        draft.put("about", choice=answers["choice"])
        draft.before = answers["before"]
        draft.told = carried.carried(request.session, "service") or draft.told
        draft.keep(request.session)
    applying = _applying(request, code)
    return applying.on() if applying else to_guide(code)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: Request, code: str, page: str) -> HttpResponse:
    """One of the questions."""
    applying = _applying(request, code)
    if applying is None:
        return to_guide(code)
    if page == "papers":
        return _papers(request, applying)
    if page == "again" and request.POST.get("earlier_number"):
        limit(request, "claim")
    return applying.walk.ask(request, page, **_told(applying, page))


def _told(applying: Applying, page: str) -> dict[str, Any]:
    """What a page says beside its question. From the first that the guide has not asked, the way back is the guide."""
    draft, content = applying.draft, applying.content
    more: dict[str, Any] = {"content": content}
    if page == "names":
        own = {paper.key for paper in content.papers(choice=draft.said("about", "choice"), for_other=False)}
        more |= {
            "back": applying.guide, "for_other": draft.for_other, "whom_url": applying.walk.page("whom"),
            "besides": [paper for paper in applying.papers(draft) if paper.key not in own],
        }  # fmt: skip
    if page == "again" and applying.account:
        more["kept"] = _titles(applying, applying.kept(draft, None))
    return more


def _titles(applying: Applying, keys: Kept) -> list[str]:
    return [str(paper.text) for paper in applying.papers(applying.draft) if paper.key in keys]


def _papers(request: Request, applying: Applying) -> HttpResponse:
    """Papers as photos or files. Each is stored as it comes; the next page is reached without any."""
    walk, draft = applying.walk, applying.draft
    if (first := walk.first_open(draft, before="papers")) is not None:
        return redirect(walk.page(first))
    slots = applying.slots(draft)
    if not slots:
        raise NotFound
    kept = {"keep_papers": draft.said("papers", "keep_papers")}
    form = applying.papers_form(posted(request), initial=kept)
    if request.method == "POST":
        uploads.take(request, slots, at=timezone.now())
        draft.files |= {slot.key: [str(uuid) for uuid in slot.uuids] for slot in slots}
        draft.keep(request.session)
        valid = form.is_valid()
        for said in uploads.wrong_in(slots):
            form.add_error(None, said)
        if valid and not form.errors:
            return walk.go_on(
                request, draft, "papers", {"keep_papers": ["on"]} if form.cleaned_data.get("keep_papers") else {}
            )
    else:
        uploads.put_back(request, slots, draft.files)
    return walk.show(request, draft, "papers", form, slots=slots, content=applying.content)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: Request, code: str) -> HttpResponse:
    """All answers together; from here it is sent."""
    if request.method == "POST" and request.POST.get("action") == request.session.get(SENT):
        return redirect("services:sent")
    applying = _applying(request, code)
    if applying is None:
        return to_guide(code)
    walk, draft = applying.walk, applying.draft
    forms = walk.answered(request, draft)
    if isinstance(forms, HttpResponse):
        return forms
    form, slots = SendForm(posted(request), initial={"action": draft.action}), applying.filled()
    if request.method == "POST" and form.is_valid() and form.cleaned_data["action"] == draft.act:
        try:
            return _send(request, applying, forms, slots)
        except Invalid as told:
            form.add_error(None, next(iter(told.fields.values()), told.message))
    count = len(walk.asked(draft)) + 1
    return show_question(
        request, _page("check"), form, step=count, step_count=count, back=walk.last_page(draft),
        content=applying.content, rows=list(_rows(applying, forms, slots)),
    )  # fmt: skip


def _rows(applying: Applying, forms: Sequence[KitForm], slots: Sequence[Slot]) -> Iterator[Answered]:
    """The overview: a line for each answer, and one for each paper."""
    walk, answers = applying.walk, given(forms)
    again = applying.serving(applying.draft)
    for row in walk.overview(applying.draft, forms):
        label, value = row.label, row.value
        if row.name == "earlier_code":
            continue
        if row.name == "contact":
            label = _("Message to")
            value = answers["contact"].hint if answers["contact"] else _("nobody, I follow it with the code")
        elif row.name in ("reuse", "earlier_number"):
            label, value = _("Papers used again"), "\n".join(_titles(applying, again))
        elif row.name == "visit":
            label, value = _("Shall we come to your home?"), value or _("No")
        elif row.name == "keep_papers":
            value = value or _("No")
            yield from _sent_along(applying, slots)
        yield Answered(row.name, label, value, row.url)
    if slots and "keep_papers" not in answers:
        yield from _sent_along(applying, slots)


def _sent_along(applying: Applying, slots: Sequence[Slot]) -> Iterator[Answered]:
    url = applying.walk.page("papers")
    for slot in slots:
        names = "\n".join(file.name for file in slot.files)
        yield Answered(f"paper-{slot.key}", slot.label, names or _("I bring it later"), url)


def _send(request: Request, applying: Applying, forms: Sequence[KitForm], slots: Sequence[Slot]) -> HttpResponse:
    draft, answers = applying.draft, given(forms)
    contact, again = answers["contact"], next((form for form in forms if isinstance(form, AgainForm)), None)
    asked = Application(
        code=applying.code, choice=answers["choice"], applicant=answers["applicant"], proxy=answers.get("proxy", ""),
        relation=answers.get("relation", ""), words=answers["words"], contact=contact.address if contact else "",
        place=answers.get("place"), room=answers.get("room", ""),
        keep_papers=answers.get("keep_papers", False), reuse=bool(again and again.serves),
        earlier=again.earlier if again else None, files=uploads.given(slots),
    )  # fmt: skip
    applied = apply_for(
        asked=asked, channel=Channel.ONLINE, by=None, at=timezone.now(), action=draft.act, account=applying.account
    )
    claims.remember(request.session, applied.request.pk)
    uploads.sent_off(request, slots)
    carried.drop(request.session)
    request.session[SENT] = draft.action
    ApplyDraft.drop(request.session)
    return redirect("services:sent")
