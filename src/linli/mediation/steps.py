"""What can be done on the page of a mediation: each step with its form, and the verb that it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.errors import NotFound
from linli.core.signatures import keep
from linli.mediation import forms
from linli.mediation.domain import after, agreeing, choosing, consenting, ending, opening, sessions, talking
from linli.mediation.domain.agreeing import Promise
from linli.mediation.enums import Side
from linli.mediation.models import Mediation, Participant
from linli.mediation.workflow import is_desk, is_mediator, is_police
from linli.people.actors import Actor
from linli.people.models import Post

Run = Callable[["Act"], Any]


@dataclass(frozen=True)
class Act:
    """One submit: what was given, by whom, on which mediation; `one` is the party who acts, none for staff."""

    mediation: Mediation
    form: Any
    by: Actor
    at: datetime
    one: Participant | None = None

    @property
    def given(self) -> Mapping[str, Any]:
        return self.form.cleaned_data

    @property
    def common(self) -> dict[str, Any]:
        return {"mediation": self.mediation, "by": self.by, "at": self.at, "action": self.given["action"]}

    @property
    def versioned(self) -> dict[str, Any]:
        return self.common | {"version": self.given["version"]}

    @property
    def person(self) -> Participant:
        """The party who acts, or the one that staff have chosen."""
        if self.one is not None:
            return self.one
        return self.of(self.given["participant"])

    def of(self, key: str) -> Participant:
        found = Participant.objects.filter(procedure=self.mediation.pk, pk=UUID(key)).select_related("party").first()
        if found is None:
            raise NotFound
        return found

    @property
    def post(self) -> Post:
        return Post.objects.select_related("place", "organisation").get(pk=int(self.given["post"]))

    @property
    def promises(self) -> list[Promise]:
        return [Promise(self.of(who), what, manner, due) for who, what, manner, due in self.form.rows]


@dataclass(frozen=True)
class Step:
    """states: where it is offered.  who: to which staff; a party's steps have none.  part: where its form stands.

    quiet: its form is folded away until somebody opens it.
    """

    name: str
    label: Any
    form: type[forms.StepForm]
    run: Run
    states: tuple[str, ...]
    who: Callable[[Actor, Any], bool] | None = None
    part: str = "next"
    quiet: bool = True
    grave: bool = False
    hint: Any = ""


def _run(verb: Callable[..., Any], *names: str, versioned: bool = True, person: bool = False) -> Run:
    """Call a verb with these values of the form."""

    def call(act: Act) -> Any:
        base = act.versioned if versioned else act.common
        who = {"participant": act.person} if person else {}
        return verb(**base, **who, **{name: act.given[name] for name in names})

    return call


def _say_yes(act: Act) -> Any:
    told = act.given.get("told") or "written"
    return consenting.say_yes(**act.common, participant=act.person, told=told)


def _propose(act: Act) -> Any:
    return choosing.propose(**act.versioned, post=act.post, side=act.given.get("side", ""))


def _answer(act: Act) -> Any:
    given = act.given
    return choosing.answer_proposal(
        **act.versioned, proposal=given["which"], accept=given["accept"] == "yes", side=given.get("side", "")
    )


def _answer_invitation(act: Act) -> Any:
    accept = act.given["accept"] == "yes"
    return talking.answer_invitation(
        **act.common, participant=act.person, invitee=int(act.given["which"]), accept=accept
    )  # fmt: skip


def _allow(allowed: bool) -> Run:
    return lambda act: talking.allow(**act.common, participant=act.person, seq=act.given["seq"], allowed=allowed)


def _talks(allowed: bool) -> Run:
    return lambda act: talking.set_talks(**act.common, participant=act.person, allowed=allowed)


def _want_open(wanted: bool) -> Run:
    return lambda act: consenting.want_open(**act.common, side=Side(act.person.side), wanted=wanted)


def _openly(act: Act) -> Any:
    wanted = act.given["wanted"] == "yes"
    return consenting.want_open(**act.common, side=Side(act.given["side"]), wanted=wanted)


def _join(act: Act) -> Any:
    given = act.given
    person = opening.Person(given["name"], given["contact"], given["details"], given["speaks_for"])
    return opening.add_participant(**act.common, side=Side(given["side"]), person=person)


def _record(act: Act) -> Any:
    given = act.given
    return sessions.record_session(
        **act.common, session=int(given["session"]), held=given["held"] == "yes", present=given["present"],
        record=given["record"],
    )  # fmt: skip


def _write(act: Act) -> Any:
    given = act.given
    texts = {name: given[name] for name in ("facts", "issues", "content")}
    return agreeing.write_agreement(**act.common, **texts, promises=act.promises)


def _oral(act: Act) -> Any:
    given = act.given
    return agreeing.record_oral(
        **act.versioned, content=given["content"], facts=given["facts"], promises=act.promises
    )  # fmt: skip


def _sign(act: Act) -> Any:
    """A party draws its signature, or types its name."""
    signature, one = act.given["signature"], act.person
    kept = keep(signature, procedure=act.mediation.pk, at=act.at)
    return agreeing.sign(
        **act.common, participant=one, draft=act.given["draft"], name=signature.name or one.name,
        image=kept.uuid if kept else None,
    )  # fmt: skip


def _sign_on_paper(act: Act) -> Any:
    given = act.given
    return agreeing.sign(**act.common, participant=act.person, draft=given["draft"], name=given["name"], image=None)


def _performed(act: Act) -> Any:
    given = act.given
    return after.performed(
        **act.common, performance=int(given["performance"]), on=given["on"], proof=given["proof"]
    )  # fmt: skip


def _screen(act: Act) -> Any:
    return opening.screen_referral(**act.common, screen=act.form.answers)


BEFORE, ASKED, MEDIATING = ("applied", "asking", "choosing"), ("applied", "asking"), ("mediating",)
UNDER_WAY, AGREED = (*BEFORE, "mediating"), ("agreed",)
RIGHTS_FIRST = _("The rights and duties stand above. Nobody has to be mediated, and nobody asks why.")

PARTY_STEPS = {
    step.name: step
    for step in (
        Step("yes", _("I am willing"), forms.ConsentStep, _say_yes, ("asking",), quiet=False, hint=RIGHTS_FIRST),
        Step("refuse", _("I do not want to be mediated"), forms.StepForm, _run(consenting.refuse, versioned=False,
             person=True), ("asking", "choosing"), hint=_("It ends then. You need not say why.")),
        Step("withdraw", _("Withdraw the application"), forms.StepForm, _run(consenting.withdraw), BEFORE),
        Step("propose", _("Propose a mediator"), forms.ProposeStep, _propose, ("choosing",), quiet=False),
        Step("answer", _("Answer"), forms.AnswerStep, _answer, ("choosing",), part="inline"),
        Step("say", _("Send to the mediator"), forms.SayStep, _run(talking.say, "text", "may_pass", versioned=False,
             person=True), MEDIATING, part="talk", quiet=False),
        Step("allow", _("May be passed on"), forms.SeqStep, _allow(True), MEDIATING, part="inline"),
        Step("keep", _("Do not pass on"), forms.SeqStep, _allow(False), MEDIATING, part="inline"),
        Step("talks", _("Allow a shared talk"), forms.StepForm, _talks(True), MEDIATING, part="shared", quiet=False),
        Step("hush", _("Close the shared talk at once"), forms.StepForm, _talks(False), MEDIATING, part="shared",
             quiet=False),
        Step("talk", _("Say to everybody"), forms.TextStep, _run(talking.talk, "text", versioned=False), MEDIATING,
             part="shared", quiet=False),
        Step("invite", _("Propose that somebody helps"), forms.InviteStep, _run(talking.invite, "name", "what",
             versioned=False), MEDIATING, hint=_("A relative, a neighbour, an expert: only if all agree.")),
        Step("invited", _("Answer"), forms.AnswerStep, _answer_invitation, MEDIATING, part="inline"),
        Step("open", _("Ask for an open hearing"), forms.StepForm, _want_open(True), ("choosing", "mediating"),
             hint=_("Others may then listen, if the other side wants it too.")),
        Step("close", _("Ask for a closed hearing"), forms.StepForm, _want_open(False), ("choosing", "mediating")),
        Step("sign", _("Sign the agreement"), forms.SignStep, _sign, MEDIATING, part="agreement", quiet=False),
        Step("stop", _("End the mediation"), forms.StepForm, _run(consenting.stop), MEDIATING, grave=True,
             hint=_("At any time, and without a reason. We tell both sides where else one can turn.")),
    )
}  # fmt: skip


def _conducts(by: Actor, procedure: Any) -> bool:
    return bool(is_desk(by, procedure) or is_mediator(by, procedure))


STAFF_STEPS = {
    step.name: step
    for step in (
        Step("screen", _("Go through the safety questions"), forms.ScreenStep, _screen, ("applied",), is_desk,
             quiet=False, hint=_("With the applicant alone. One yes, and it is not for mediation.")),
        Step("ask", _("Ask the other side"), forms.AskStep, _run(consenting.ask_other_side, "text"), ("applied",),
             is_desk, quiet=False),
        Step("willing", _("Write down: willing"), forms.WillingStep, _say_yes, ASKED, is_desk, quiet=False),
        Step("no", _("Write down: not willing"), forms.PersonStep, _run(consenting.refuse, versioned=False,
             person=True), ("asking", "choosing"), is_desk, hint=_("A clear no ends it. Do not ask why.")),
        Step("propose", _("Propose a mediator"), forms.StaffProposeStep, _propose, ("choosing",), is_desk,
             quiet=False),
        Step("answer", _("Answer"), forms.StaffAnswerStep, _answer, ("choosing",), is_desk, part="inline"),
        Step("plan", _("Fix a meeting"), forms.SessionStep, _run(sessions.plan_session, "starts", "where", "manner",
             "only", versioned=False), MEDIATING, is_mediator),
        Step("record", _("Record a meeting"), forms.RecordStep, _record, ("mediating", "agreed"), is_mediator),
        Step("pass", _("Pass on"), forms.SeqStep, _run(talking.pass_on, "seq", versioned=False), MEDIATING,
             is_mediator, part="inline"),
        Step("write", _("Write to one party alone"), forms.WriteStep, _run(talking.write_to, "text", versioned=False,
             person=True), ("asking", "choosing", "mediating", "agreed"), _conducts),
        Step("said", _("Write down what a party said"), forms.StaffSayStep, _run(talking.say, "text", "may_pass",
             versioned=False, person=True), MEDIATING, is_mediator),
        Step("invite", _("Propose that somebody helps"), forms.InviteStep, _run(talking.invite, "name", "what",
             versioned=False), MEDIATING, is_mediator),
        Step("invited", _("Write down what a party says of a helper"), forms.InvitedStep, _answer_invitation, MEDIATING,
             _conducts),
        Step("openly", _("Write down: openly or closed"), forms.OpenlyStep, _openly, ("choosing", "mediating"),
             _conducts),
        Step("talk", _("Say to everybody"), forms.TextStep, _run(talking.talk, "text", versioned=False), MEDIATING,
             is_mediator, part="shared", quiet=False),
        Step("agreement", _("Lay out the agreement"), forms.AgreementStep, _write, MEDIATING, is_mediator,
             part="agreement"),
        Step("oral", _("Record an oral agreement"), forms.OralStep, _oral, MEDIATING, is_mediator, part="agreement"),
        Step("paper", _("Signed on paper before me"), forms.PaperSignStep, _sign_on_paper, MEDIATING, is_mediator,
             part="agreement"),
        Step("seal", _("Sign as mediator and set the seal"), forms.DraftStep,
             lambda act: agreeing.seal_agreement(**act.versioned, draft=act.given["draft"]), MEDIATING, is_mediator,
             part="agreement", quiet=False),
        Step("court", _("Joint application handed in"), forms.CourtStep, _run(after.apply_to_court, "court", "on"),
             AGREED, _conducts),
        Step("decided", _("The court has decided"), forms.CourtAnswerStep, _run(after.court_answers, "answer", "on",
             versioned=False), AGREED, _conducts),
        Step("performed", _("Write down what was done"), forms.PerformedStep, _performed, AGREED, _conducts,
             quiet=False),
        Step("finish", _("Everything was performed"), forms.TextStep, _run(after.finish, "text"), AGREED, _conducts),
        Step("unperformed", _("It is not performed"), forms.ReasonStep, _run(after.leave_unperformed, "reason"), AGREED,
             _conducts, grave=True),
        Step("join", _("Write down one more person"), forms.JoinStep, _join, ASKED, _conducts),
        Step("recuse", pgettext_lazy("mediation", "Step back: not impartial"), forms.ReasonStep,
             _run(choosing.recuse, "reason"), MEDIATING, _conducts,
             hint=_("A relative, a friend, an interest of one's own. Another mediator is chosen.")),
        Step("withdraw", _("Withdrawn by the applicant"), forms.StepForm, _run(consenting.withdraw), BEFORE, is_desk),
        Step("stop", _("A party ends it"), forms.StepForm, _run(consenting.stop), MEDIATING, _conducts, grave=True,
             hint=_("At any time, and without a reason. We tell both sides where else one can turn.")),
        Step("fail", _("End it: no agreement"), forms.ReasonStep, _run(ending.fail, "reason"), MEDIATING, is_mediator,
             grave=True, hint=_("The reason stays here. Both sides are told where else they can turn.")),
        Step("danger", _("It may escalate: tell the police"), forms.TextStep, _run(ending.report_danger, "text"),
             (*UNDER_WAY, "agreed"), _conducts, grave=True,
             hint=_("If it happens now, call 110. The parties hear nothing of this.")),
        Step("divert", _("Violence, fear or control: not for mediation"), forms.StepForm, _run(ending.divert),
             UNDER_WAY, _conducts, grave=True, hint=_("The parties read only that it ended.")),
        Step("police", _("Answer as police"), forms.TextStep, _run(ending.police_answer, "text"),
             (*UNDER_WAY, "agreed"), is_police, quiet=False),
    )
}  # fmt: skip
