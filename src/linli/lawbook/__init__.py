"""Dated legal rules, and the local examples that stand in where the law is silent.

`rule(id, on=day)` is the version in force on a day. What is marked assumed may be replaced by a local rule; what the
law sets may only be made stricter. Rules are data (`data/*.toml`); docs/lawbook.md says how they are written.
"""

from linli.lawbook.book import (
    Book,
    Faulty,
    Kind,
    NotInForce,
    Rule,
    Source,
    Status,
    UnknownRule,
    book,
    rule,
)

__all__ = ["Book", "Faulty", "Kind", "NotInForce", "Rule", "Source", "Status", "UnknownRule", "book", "rule"]
