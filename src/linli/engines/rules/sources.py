"""What sends events to a rule: a datastream, or for a second-stage rule a key of another rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linli.engines.rules.model import KEYS, Rule, RuleError, Stream


@dataclass(frozen=True)
class Source:
    """`code`: property or lineage; `member`: what is counted together; `keys`: in the order of `KEYS`, or ""."""

    number: int
    code: str
    member: str
    site: str
    path: str
    keys: tuple[str, ...]

    def key(self, kind: str) -> str:
        return self.keys[KEYS.index(kind)]


def of_streams(streams: Iterable[Stream]) -> list[Source]:
    """One source for each stream, in order of their ids.

    Raises: ValueError where an id comes twice or is no int32 from 0 on.
    """
    found = [
        Source(
            stream.id,
            stream.property,
            f"device:{stream.device}",
            stream.site,
            stream.path,
            (
                f"datastream:{stream.id}",
                f"device:{stream.device}",
                *(f"{kind}:{path}" if path else "" for kind, path in places(stream)),
            ),
        )
        for stream in sorted(streams, key=lambda stream: stream.id)
    ]
    if len({source.number for source in found}) < len(found):
        raise ValueError("Two streams have one id.")
    if found and not 0 <= found[0].number <= found[-1].number < 1 << 31:
        raise ValueError("A stream's id is a whole number from 0 to 2147483647.")
    return found


def places(stream: Stream) -> tuple[tuple[str, str], ...]:
    return (("entrance", stream.entrance), ("building", stream.building), ("estate", stream.estate))


def selected(rule: Rule, sources: Iterable[Source]) -> list[Source]:
    """The sources that the rule looks at."""
    at, select = KEYS.index(rule.key), rule.select
    return [
        source
        for source in sources
        if source.keys[at]
        and select.takes(source.code)
        and (not select.sites or source.site in select.sites)
        and (not select.places or source.path.startswith(select.places))
    ]


def of_alerts(rules: Sequence[Rule], sources: Sequence[Source]) -> list[Source]:
    """One source for each key of each first-stage rule whose alerts a rule takes, in order of lineage and key.

    A key has the place and the wider keys of its stream with the least id.
    """
    taken = {code for rule in rules for code in rule.select.alerts}
    found: dict[tuple[str, str], Source] = {}
    for rule in rules:
        if not rule.second_stage and taken & {rule.lineage, "*"}:
            for source in selected(rule, sources):
                found.setdefault((rule.lineage, source.key(rule.key)), as_alert(rule, source))
    return [
        Source(number, each.code, each.member, each.site, each.path, each.keys)
        for number, (_pair, each) in enumerate(sorted(found.items()))
    ]


def as_alert(rule: Rule, source: Source) -> Source:
    """What an alert of the rule for the source's key is an event of: the keys narrower than its own are unknown."""
    own = KEYS.index(rule.key)
    # A datastream belongs to one device; every other key may hold several of the narrower ones.
    keys = tuple("" if index < own else key for index, key in enumerate(source.keys))
    return Source(0, rule.lineage, source.key(rule.key), source.site, source.path, keys)


def check_rules(rules: Sequence[Rule]) -> None:
    """Raises: RuleError where a lineage comes twice, or a second-stage rule takes what is no first-stage rule."""
    lineages = [rule.lineage for rule in rules]
    first = {rule.lineage for rule in rules if not rule.second_stage}
    for index, rule in enumerate(rules):
        if rule.lineage in lineages[:index]:
            raise RuleError("lineage", "Two rules have the name %(lineage)s.", lineage=rule.lineage)
        for code in rule.select.alerts:
            if code not in first and code != "*":
                raise RuleError("select.alerts", "No rule over readings has the name %(lineage)s.", lineage=code)
