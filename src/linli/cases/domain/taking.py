"""Taking rows of a file as cases: a batch in one transaction, with the run's position; what is known stays one case."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from linli.cases.domain.catalogue import catalogue
from linli.cases.domain.report import Spot, find_spot, report_case, root_path
from linli.cases.domain.routing import desk_post
from linli.cases.domain.rows import BadRow, Message
from linli.cases.enums import Source
from linli.cases.models import Case, CaseClass, ImportRow, ImportRun
from linli.core.errors import Conflict
from linli.people.actors import Actor
from linli.people.models import Post
from linli.places.domain.named import place_called
from linli.procedures.domain.move import new_procedure, unused_numbers
from linli.procedures.domain.past import Past, take_over
from linli.procedures.models import Action


class Taker:
    """Takes batches of rows for one run. `shift` is how far a replay is moved in time."""

    def __init__(self, run: ImportRun, at: datetime, shift: timedelta) -> None:
        self.run, self.at, self.shift = run, at, shift
        self.by = Actor.named(f"import:{run.pk}")
        self.classes = known_classes()
        self.nowhere = Spot(None, root_path(), None, outside=False)
        self.desks: dict[str, Post] = {}

    def take(self, batch: Sequence[Message | BadRow]) -> None:
        """Take a batch in the caller's transaction, and move the run's position.

        Raises:
            Conflict: somebody else has moved it.
        """
        messages = [row for row in batch if isinstance(row, Message)]
        bad = [row for row in batch if isinstance(row, BadRow)]
        keys = [message.key for message in messages]
        known = set(Action.objects.filter(pk__in=keys).values_list("pk", flat=True))
        fresh = [message for message in messages if message.key not in known]
        if self.run.mode == ImportRun.Mode.HISTORY:
            self._take_over(fresh)
        else:
            self._receive(fresh)
        report_bad(self.run, bad)
        moved = ImportRun.objects.filter(pk=self.run.pk, position=self.run.position).update(
            position=batch[-1].line,
            rows=F("rows") + len(batch),
            taken=F("taken") + len(fresh),
            known=F("known") + len(known),
            bad=F("bad") + len(bad),
        )
        if not moved:
            raise Conflict(_("Somebody else reads this file already."))
        self.run.position = batch[-1].line

    def _take_over(self, messages: Sequence[Message]) -> None:
        numbers = unused_numbers(len(messages))
        take_over([self._past(*pair) for pair in zip(messages, numbers, strict=True)], by=self.by, at=self.at)

    def _past(self, message: Message, number: str) -> Past:
        place = place_called(message.place) if message.place else None
        known = place is not None or message.lon is not None
        spot = find_spot(place, message.lon, message.lat) if known else self.nowhere
        klass = self.classes.get(message.klass)
        procedure = new_procedure(
            kind="case", place=spot.place, place_path=spot.path, cell=spot.cell, at=message.at, number=number,
            sealed=bool(klass and klass.sealed),
        )  # fmt: skip
        desk = None if message.closed else self._desk(spot.path)
        case = Case(
            procedure=procedure,
            klass=klass,
            source=Source.OUTSIDE,
            text=message.text,
            where=message.where,
            lon=message.lon,
            lat=message.lat,
            outside=spot.outside,
            proposed=desk,
            proposed_why={} if spot.place else {"unplaced": True},
            answer=message.answer,
            import_key=str(message.key),
        )
        return Past(
            procedure=procedure,
            particulars=case,
            action=message.key,
            move="take_over_closed" if message.closed else "take_over",
            moved=message.closed or message.at,
            because=_("row {line} of {name}").format(line=message.line, name=self.run.name),
            says={"source": Source.OUTSIDE, "number": message.number, "run": self.run.pk},
            desk=desk,
        )

    def _receive(self, messages: Sequence[Message]) -> None:
        """Receive each row as a report of its own."""
        for message in messages:
            report_case(
                text=message.text,
                klass=self.classes.get(message.klass),
                source=Source.OUTSIDE,
                place=place_called(message.place) if message.place else None,
                where=message.where,
                lon=message.lon,
                lat=message.lat,
                by=self.by,
                at=message.at + self.shift if self.run.mode == ImportRun.Mode.REPLAY else self.at,
                action=message.key,
            )

    def _desk(self, path: str) -> Post:
        if path not in self.desks:
            self.desks[path] = desk_post(path, self.at)
        return self.desks[path]


def known_classes() -> dict[str, CaseClass]:
    """The classes in force by each of their names, as a file may use them."""
    return {name: klass for klass in catalogue().classes for name in (klass.code, klass.name, klass.name_en)}


def report_bad(run: ImportRun, bad: Sequence[BadRow]) -> None:
    """Write down rows that cannot be taken, once each."""
    rows = [ImportRow(run=run, line=row.line, reason=row.flaw, about=row.about, raw=row.raw) for row in bad]
    ImportRow.objects.bulk_create(rows, ignore_conflicts=True)
