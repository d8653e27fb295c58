"""From an alert to a case: opened, filed and sent in the name of the rule's version, as far as a rule may go."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.handling import dispatch_case, file_case, fresh
from linli.cases.domain.report import report_case
from linli.cases.domain.routing import desk_post
from linli.cases.domain.together import ask_help
from linli.cases.enums import Grade as CaseGrade
from linli.cases.enums import Source
from linli.cases.models import Case, CaseClass
from linli.core.errors import Invalid
from linli.people.domain.directory import directory
from linli.people.models import Post
from linli.places.domain.kept import tree
from linli.places.domain.queries import full_title
from linli.places.models import Kind, Place
from linli.sensing.domain.calls import ring
from linli.sensing.domain.case_words import LANGUAGE, case_text
from linli.sensing.domain.orders import Orders, rule_actor
from linli.sensing.domain.recipients import handler_for, helpers_for
from linli.sensing.models import CareConsent, Device, Episode, RuleVersion


@dataclass(frozen=True)
class About:
    """What a case is opened about: the episode, the version that called with its orders, and where that is.

    device: none where several made the pattern.  place: none where the path names nothing known.
    """

    episode: Episode
    version: RuleVersion
    orders: Orders
    device: Device | None
    place: Place | None


def place_at(path: str) -> Place | None:
    """The place of a path, or the nearest known one above: units are in no list."""
    above = tree().above(path)
    return above[-1] if above else None


def open_case(about: About, *, at: datetime) -> Case | None:
    """Open the case of an episode, and file it where a rule may. Inside the caller's transaction; `send_case` is the
    next one, so that neither holds up other writers for long.

    A case that waits for a person calls the desk at once. None where a care check has no consent any more.
    """
    if about.orders.care:
        return _open_sealed(about, at)
    klass = catalogue().named(about.orders.klass)
    case = _report(about, klass, at)
    if about.orders.confirm or klass is None:
        _ring(about, case, desk_post(case.procedure.place_path, at), at)
        return case
    return file_case(
        case=case, version=case.procedure.version, klass=klass, by=rule_actor(about.version), at=at,
        grade=CaseGrade.URGENT if about.orders.urgent else "", action=_action(about, "file"),
    )  # fmt: skip


def send_case(about: About, *, at: datetime) -> Case | None:
    """Dispatch a case that a rule filed, ask whom it names to help, and ring. One transaction; none where the case does
    not wait for it: it is sent already, or a person decides."""
    with transaction.atomic():
        case = fresh(Case.objects.get(pk=about.episode.case_id))
        if case.procedure.state != "filed" or about.episode.calls.exists():
            return None
        return _send(about, case, at)


def _report(about: About, klass: CaseClass | None, at: datetime) -> Case:
    device = about.device
    placed = device is not None and device.lon is not None and device.lat is not None
    reported = report_case(
        text=case_text(about.episode, about.version, device, about.place), source=Source.SENSOR,
        by=rule_actor(about.version), at=at, action=_action(about, "open"),
        klass=klass, place=about.place, where=device.spot if device else "",
        grade=CaseGrade.URGENT if about.orders.urgent else "",
        lon=device.lon if device and placed else None, lat=device.lat if device and placed else None,
    )  # fmt: skip
    return _link(about, reported.case)


def _link(about: About, case: Case) -> Case:
    about.episode.case = case
    about.episode.save(update_fields=["case"])
    return case


def _action(about: About, step: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"episode:{about.episode.pk}:{step}")


def _send(about: About, case: Case, at: datetime) -> Case:
    by = rule_actor(about.version)
    handler = handler_for(about.orders, case, at)
    _propose(case, handler, about.version)
    with override(LANGUAGE):
        reason = _("Called by the rule “%(rule)s”") % {"rule": about.version.title}
    case = dispatch_case(
        case=case, version=case.procedure.version, to=handler, reason=reason, by=by, at=at,
        action=_action(about, "dispatch"),
    )  # fmt: skip
    for number, helper in enumerate(helpers_for(about.orders, case, handler, at)):
        case = ask_help(
            case=case, version=case.procedure.version, to=helper, text=reason, by=by, at=at,
            action=_action(about, f"help:{number}"),
        )  # fmt: skip
    _ring(about, case, directory().acting(handler, at), at)
    return case


def _propose(case: Case, handler: Post, version: RuleVersion) -> None:
    """Say on the case's page why it is there: the rule chose, among those who answer for it."""
    titles = [version.content.get("title", ""), version.content.get("title_en", "")]
    facts = {
        "role": handler.role, "klass": [case.klass.name, case.klass.name_en] if case.klass else ["", ""],
        "place": [handler.place.name, handler.place.name_en],
        "rule": {"code": version.rule.code, "version": version.number, "note": titles},
    }  # fmt: skip
    Case.objects.filter(pk=case.pk).update(proposed=handler, proposed_why=facts)


def _ring(about: About, case: Case, post: Post, at: datetime) -> None:
    ring(episode=about.episode, case=case, post=post, level=0, version=about.version, orders=about.orders, at=at)


def _open_sealed(about: About, at: datetime) -> Case | None:
    """The care check: one person learns of it, the contact whom the consent names. The case lies at the estate, and
    only its sealed text says where in it; it is neither filed nor sent on unless that person does so."""
    consent = (
        CareConsent.objects.filter(device=about.device, withdrawn_at=None).select_related("contact").first()
        if about.device
        else None
    )
    if consent is None:
        return None
    home = about.device.place if about.device else None
    with override(LANGUAGE):
        where = full_title(home) if home else ""
        text = _(
            "A care check that the person asked for: nothing was used for a day. Please ring, or call at the door."
        )
    spot = about.device.spot if about.device else ""
    case = report_case(
        text=text, source=Source.SENSOR, by=rule_actor(about.version), at=at, action=_action(about, "open"),
        klass=catalogue().named(about.orders.klass), place=_estate_of(home), where=f"{where} {spot}".strip(),
        grade=CaseGrade.URGENT, desk=consent.contact,
    ).case  # fmt: skip
    if not case.procedure.sealed:
        raise Invalid(_("The class of a care check must be a sealed one."))
    _link(about, case)
    _ring(about, case, consent.contact, at)
    return case


def _estate_of(place: Place | None) -> Place | None:
    above = tree().above(place.path) if place else []
    return next((one for one in reversed(above) if one.kind in (Kind.ESTATE, Kind.COMMITTEE)), None)
