"""In a process of a net's own: the rules at work, the alerts that the loop keeps, and those that the log calls for."""

import json
import sys
from collections.abc import Iterator


def rules() -> int:
    from linli.sensing.domain.properties import load_properties
    from linli.sensing.domain.rulebook import load_rules
    from tests.neighbourhood import LONG_AGO

    load_properties()
    return load_rules(at=LONG_AGO)


def kept() -> list[str]:
    """The alerts in the database."""
    from linli.sensing.models import Alert

    return sorted(Alert.objects.values_list("pk", flat=True))


def called_for() -> list[str]:
    """What the reference says to the logs, each read once from its beginning to its end."""
    return sorted({alert for alert in _reference() if alert})


def _reference() -> Iterator[str]:
    from django.conf import settings

    from linli.engines.rules import Reference, Watermark
    from linli.engines.rules.records import as_batch, streams_after
    from linli.sensing.host import rules as payloads
    from linli.sensing.host.shard import LATENESS
    from linli.sensing.segments import Store

    with Store(settings.OBSERVATIONS, writable=False) as store:
        for log in store.logs():
            mark, reference = Watermark(LATENESS), Reference([], [], store.installation, {})
            for frame in log.read():
                said = None
                if frame.batch is not None:
                    rows = as_batch(frame.batch)
                    said = reference.step(rows, mark.advance(rows.at, rows.received)) if len(rows) else None
                elif frame.kind == "tick":
                    said = reference.tick(mark.tick(frame.payload["now"]))
                elif frame.kind == "rules":
                    new, hours, _numbers = payloads.read(frame.payload)
                    reference = reference.with_rules(new, hours, [])
                elif frame.kind == "streams":
                    reference = reference.with_streams(streams_after(reference.streams, frame.payload))
                yield from (alert.id for alert in (said.alerts if said else ()))


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps({"rules": rules, "kept": kept, "called_for": called_for}[sys.argv[1]]()))
