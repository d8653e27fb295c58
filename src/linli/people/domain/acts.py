"""The log of what administrators change, and how far each of them reaches."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Refused
from linli.people.actors import Actor
from linli.people.domain.directory import PEOPLE
from linli.people.models import AdminAct
from linli.places.models import Place

KEPT = timedelta(days=3 * 365)
TARGET, DETAIL = 160, 300

WORDS = {
    "organisation_created": _("created an organisation"),
    "organisation_renamed": _("renamed an organisation"),
    "organisation_closed": _("closed an organisation"),
    "post_created": _("created a post"),
    "post_changed": _("changed a post"),
    "post_closed": _("closed a post"),
    "holder_appointed": _("appointed a holder"),
    "deputy_appointed": _("appointed a deputy"),
    "post_handed_over": _("handed over a post"),
    "post_vacated": _("vacated a post"),
    "invited": _("invited somebody"),
    "invited_back": _("invited somebody back"),
    "account_recovered": _("came back into an account"),
    "account_closed": _("closed an account"),
    "duty_set": _("put a post on duty"),
    "duty_removed": _("took a duty off the roster"),
    "duty_planned": _("planned duties"),
    "local_rule_set": _("set a time limit of our own"),
    "help_line_kept": _("wrote down who helps with violence at home"),
    "petition_office_kept": _("wrote down where the petition desk is found"),
    "calendar_loaded": _("loaded a calendar"),
    "class_changed": _("changed a class of case"),
    "job_retried": _("had a job tried again"),
    "job_dropped": _("dropped a job"),
    "assessment_written": _("wrote an impact assessment"),
    "assessment_turned": _("put into force or withdrew an impact assessment"),
    "place_added": _("added a place"),
    "place_changed": _("changed a place"),
    "place_named": _("added a name that people use for a place"),
    "place_unnamed": _("took away a name that people use for a place"),
    "value_entered": _("handed in a figure from outside"),
    "value_corrected": _("corrected a figure from outside"),
    "value_withdrawn": _("withdrew a figure from outside"),
    "indicator_defined": _("wrote a version of an indicator's definition"),
    "figures_compared": _("had the figures compared with the cases"),
    "action_registered": _("wrote down an action whose effect is asked for"),
    "action_withdrawn": _("withdrew an action whose effect is asked for"),
    "report_asked": _("had the report of a month made"),
    "booking_rules_changed": _("changed how something may be booked"),
    "point_shut": _("closed a service point for a day"),
    "hazard_weight_changed": _("changed a weight of the hazard levels"),
    "threshold_chosen": _("chose a threshold of the checks of cameras"),
    "cameras_checked": _("had every camera checked"),
    "surroundings_taken": _("took surroundings or cameras from a file"),
    "place_retired": _("took a place out of use"),
    "places_taken": _("took places from a file"),
    "places_exported": _("exported the places"),
    "import_begun": _("began to take in messages"),
    "import_continued": _("had messages taken in further"),
    "import_discarded": _("discarded a file of messages"),
    "verification_asked": _("had every story verified"),
    "class_added": _("added a class of case"),
    "class_retired": _("retired a class of case"),
    "responsibility_set": _("said who answers for a class"),
    "responsibility_ended": _("ended who answers for a class"),
    "routing_rule_set": _("changed a routing rule"),
    "triage_asked": _("had the reading of classes learnt again"),
    "station_desk_changed": _("changed the data of a desk"),
    "station_item_changed": _("changed a thing among the equipment"),
    "station_item_added": _("added a thing to the equipment"),
    "station_item_removed": _("took a thing off the equipment"),
    "rule_written": _("wrote a version of a rule at work"),
    "rule_tried": _("tried a rule beside the one at work"),
    "rule_switched_on": _("switched on a rule at work"),
    "rule_ended": _("ended a version of a rule at work"),
    "rule_asked": _("asked the owner of a rule at work to look at it"),
    "rule_seen_to": _("looked at a rule at work and left it as it is"),
}


def require_reach(*, by: Actor, place: Place) -> None:
    """Hold an actor to the place of their post; the system may act anywhere.

    Raises:
        Refused: `place` lies outside the place of the actor's post, or the actor is in no post.
    """
    if by.system is None and (by.post is None or not by.post.place.contains(place)):
        raise Refused


def record(what: str, *, target: object, detail: object = "", by: Actor, at: datetime) -> None:
    """Write one line of the log, in the transaction of what it tells of. `what` is a key of `WORDS`.

    Whatever changes posts or who holds them comes through here, so that every process hears of it.
    """
    PEOPLE.changed()
    AdminAct.objects.create(
        at=at,
        actor=by.key,
        account=by.account,
        post=by.post,
        what=what,
        target=str(target)[:TARGET],
        detail=str(detail)[:DETAIL],
    )


def record_for_others(what: str, *, target: object, detail: object = "", by: Actor | None, at: datetime) -> None:
    """The same for core and places, which know no actors: without one, somebody had the server's command line."""
    record(what, target=target, detail=detail, by=by or Actor.named("command"), at=at)


def forget_acts(*, at: datetime) -> int:
    """Delete what is three years old. Returns how many lines."""
    return AdminAct.objects.filter(at__lt=at - KEPT).delete()[0]
