"""What a case that a device called for says, and what pages say of its rule: the rule in plain words, and the law."""

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from linli import lawbook
from linli.core import dates
from linli.places.domain.queries import full_title
from linli.places.models import Place
from linli.procedures.sentences import law_of, title_of
from linli.sensing.enums import Grade
from linli.sensing.models import Device, Episode, RuleVersion

LANGUAGE = "zh-hans"  # a case is written once, in the language of the office


def case_text(episode: Episode, version: RuleVersion, device: Device | None, place: Place | None) -> str:
    """Place, what, since when, how loud, by which rule and on what basis; never a person."""
    with override(LANGUAGE):
        where = full_title(place) if place else _("place not known")
        spot = device.spot if device else ""
        lines = [
            _("%(where)s: %(what)s") % {"where": f"{where} {spot}".strip(), "what": version.title},
            _("Since %(since)s. How loud: %(grade)s.") % {
                "since": dates.when(episode.opened_at), "grade": Grade(episode.grade).label
            },
            why_of(version),
            _("By the rule “%(rule)s”, version %(number)d.") % {"rule": version.title, "number": version.number},
            basis_of(version),
        ]  # fmt: skip
    return "\n".join(line for line in lines if line.strip())


def why_of(version: RuleVersion) -> str:
    """The rule in plain words, in the active language."""
    english = (get_language() or "").startswith("en")
    return str((version.content.get("explain_en") if english else "") or version.content.get("explain", ""))


def basis_of(version: RuleVersion) -> str:
    """The law behind the rule, and what it says, in the active language; "" where the rule names none."""
    name = version.content.get("basis", "")
    found = lawbook.book().versions(name) if name else ()
    if not found:
        return ""
    rule = found[-1]
    text = rule.text_en if (get_language() or "").startswith("en") else rule.text_zh
    words = {"law": law_of(rule), "article": rule.article, "title": title_of(rule), "text": text}
    return _("%(law)s, art. %(article)s: %(text)s") % words if rule.article else _("%(title)s: %(text)s") % words
