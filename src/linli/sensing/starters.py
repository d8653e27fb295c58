"""What an office begins from: what may be observed, and the rules at work."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from linli.core.starters import starters
from linli.sensing.domain.properties import catalogue, load_properties
from linli.sensing.domain.rule_library import library
from linli.sensing.domain.rulebook import load_rules
from linli.sensing.models import ObservedProperty
from linli.sensing.models_rules import Rule


def missing_properties() -> int:
    return len(set(catalogue()) - set(ObservedProperty.objects.values_list("code", flat=True)))


def bring_properties(_at: datetime) -> int:
    return load_properties()


def missing_rules() -> int:
    return len(set(library()) - set(Rule.objects.values_list("code", flat=True)))


def bring_rules(at: datetime) -> int:
    return load_rules(at=at)


starters("sensing.properties", _("observed properties"), missing=missing_properties, load=bring_properties)
starters("sensing.rules", _("rules for devices"), missing=missing_rules, load=bring_rules)
