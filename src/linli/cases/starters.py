"""What an office begins from: classes of case, and rules by which they find somebody."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.cases.domain.classes import load_starter_classes, starter
from linli.cases.domain.rulebook import load_starter_rules, starter_rules
from linli.cases.models import CaseClass, RoutingRule
from linli.core.starters import starters
from linli.places.domain.queries import governed_path
from linli.places.models import Place


def missing_classes() -> int:
    known = set(CaseClass.objects.values_list("code", flat=True))
    return sum(row["code"] not in known for row in starter()["class"])


def load_classes(at: datetime) -> int:
    """For the whole of the office's place."""
    return load_starter_classes(place=Place.objects.get(path=governed_path()), at=at)


def missing_rules() -> int:
    known = set(RoutingRule.objects.values_list("code", flat=True))
    return sum(row["code"] not in known for row in starter_rules())


def load_rules(at: datetime) -> int:
    return load_starter_rules(at=at)


starters("cases.classes", _("classes of case"), missing=missing_classes, load=load_classes)
starters("cases.rules", _("routing rules"), missing=missing_rules, load=load_rules)
