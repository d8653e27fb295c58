"""The command `linli office`: how an installation that is not a demonstration begins."""

import argparse
from datetime import UTC, datetime

import django

from linli.site.running import Add, in_language, offer_language


def add_commands(add: Add) -> None:
    office = add("office", run_office, "begin an office on an empty installation, or bring in what Linli comes with")
    office.add_argument("what", choices=["begin", "starters"])
    office.add_argument("--email", default="", help="of the first administrator, who signs in with it")
    office.add_argument("--name", default="", help="of the first administrator")
    for place in ("district", "street"):
        office.add_argument(f"--{place}", default="", metavar="NAME", help="its name; or its code, where it is there")
        office.add_argument(f"--{place}-en", default="", metavar="NAME", help="its name in English")
        office.add_argument(f"--{place}-code", default="", metavar="CODE", help="its official code")
    office.add_argument("--office", default="", metavar="NAME", help="what the street office is called")
    office.add_argument("--office-en", default="", metavar="NAME", help="the same in English")
    office.add_argument("--again", action="store_true", help="a new link, where the first was never used")
    office.add_argument("--without-starters", action="store_true", help="begin without classes, rules and items")
    offer_language(office)


def run_office(given: argparse.Namespace) -> int:
    django.setup()
    from linli.people import office_command
    from linli.people.domain.beginning import Named
    from linli.site import lock

    at = datetime.now(UTC)
    with lock.shared(), in_language(given.language):
        if given.what == "starters":
            return office_command.run_starters(at=at)
        asked = office_command.Asked(
            district=Named(given.district, given.district_en, given.district_code),
            street=Named(given.street, given.street_en, given.street_code),
            office=Named(given.office, given.office_en),
            name=given.name,
            email=given.email,
            again=given.again,
            starters=not given.without_starters,
        )
        return office_command.run_begin(asked, at=at)
