"""The command `linli`. Each sub-command is a function; Django starts only for those that need it."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import NoReturn

from linli.site import office, running
from linli.site.running import Add

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 well, 1 something was found or refused, 2 called wrongly."""
    given = parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    if getattr(given, "demo_data", False):
        os.environ.setdefault("LINLI_DATA", str(Path("var") / "demo"))
        os.environ["LINLI_DEMO"] = "1"
    from django.core.exceptions import ImproperlyConfigured

    try:
        return given.run(given)
    except (ImproperlyConfigured, PermissionError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """Every command with its options, in the order in which help names them."""
    parser = argparse.ArgumentParser(prog="linli", description="Linli runs a neighbourhood. Linli 邻里,管好一个街区。")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Command, words: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words)
        sub.set_defaults(run=run)
        return sub

    for part in (_serving, _sensing, _world, _records, _maps, running.add_commands, office.add_commands, _reckoning):
        part(add)
    return parser


def _serving(add: Add) -> None:
    demo = add("demo", run_demo, "seed a synthetic neighbourhood and serve it on this machine")
    demo.set_defaults(demo_data=True)
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--fresh", action="store_true", help="forget the last demonstration first")
    add("prepare", run_prepare, "bring database, static files and translations up to date")
    web = add("web", run_web, "serve the pages")
    web.add_argument("--host", default="127.0.0.1")
    web.add_argument("--port", type=int, default=8000)
    web.add_argument("--workers", type=int, default=1)
    add("jobs", run_jobs, "do the work that waits in the queue")
    add("sensing", run_sensing, "take in what devices observe, and hold the rules to it")
    add("kernels", run_kernels, "calculate in machine code what pages and jobs ask for")


def _sensing(add: Add) -> None:
    observations = add("observations", run_observations, "check, pack or clear what devices observed")
    observations.add_argument("what", choices=["verify", "compact", "retain"])
    rulebook = add("rules", run_rules, "bring in the rules that Linli comes with, at work")
    rulebook.add_argument("what", choices=["load"])
    token = add("sensing-token", run_sensing_token, "keys for operators' systems that speak SensorThings")
    token.add_argument("what", choices=["new", "list", "revoke"])
    token.add_argument("name", nargs="?", default="", help="new: the post's number or name; revoke: the key's id")
    token.add_argument("--note", default="", help="what the key is for")


def _world(add: Add) -> None:
    world = add("world", run_world, "play the daily life of the demonstration's neighbourhood")
    world.add_argument(
        "what", choices=["play", "sensors"], help="sensors: register the devices and live their past, once"
    )
    world.add_argument("--speed", type=float, default=1.0, help="so many times faster than life")
    world.add_argument("--url", default="http://127.0.0.1:8000")
    world.add_argument(
        "--observations", type=Path, metavar="FOLDER", help="play: replay recordings of car parks and a room as well"
    )


def _records(add: Add) -> None:
    audit = add("audit", run_audit, "prove the stories, or anchor them")
    audit.add_argument("what", choices=["verify", "anchor"])
    audit.add_argument("--anchors", type=Path, help="the folder that holds the exported anchors")
    importing = add("import", run_import, "bring in messages from a file")
    importing.add_argument("what", choices=["messages"])
    importing.add_argument("file", type=Path)
    importing.add_argument("--mode", choices=["history", "live", "replay"], default="history")
    importing.add_argument(
        "--map", action="append", default=[], type=_pair, metavar="FIELD=COLUMN", help="which column is what"
    )
    importing.add_argument("--zone", default="Asia/Shanghai", help="the zone of times without one")
    importing.add_argument("--datum", choices=["wgs84", "gcj02"], default="wgs84")
    importing.add_argument("--all-or-none", action="store_true", help="take nothing if any row is bad")
    keys = add("keys", run_keys, "rotate the key of sealed fields")
    keys.add_argument("what", choices=["rotate"])


def _maps(add: Add) -> None:
    places = add("places", run_places, "check, import or export the tree of places")
    places.add_argument("what", choices=["check", "import", "export"])
    places.add_argument("file", type=Path, nargs="?")
    places.add_argument("--datum", choices=["wgs84", "gcj02"], default="wgs84", help="the coordinates' system")
    places.add_argument("--rest", action="store_true", help="take the good places even if some are bad")
    running.offer_language(places)
    riskmap = add("riskmap", run_riskmap, "bring in what stands around cameras, or cameras, from GeoJSON")
    riskmap.add_argument("what", choices=["import"])
    riskmap.add_argument("kind", choices=["buildings", "walls", "lanes", "cameras"])
    riskmap.add_argument("file", type=Path)
    riskmap.add_argument("--source", default="", help="where the file is from; taken again it replaces what has an id")
    riskmap.add_argument("--within", default="", metavar="PLACE", help="the place that it belongs to")
    riskmap.add_argument("--check", action="store_true", help="only read the file and name its bad rows")
    riskmap.add_argument("--rest", action="store_true", help="take the good rows even if some are bad")
    riskmap.add_argument("--operator", default="", help="cameras: the organisation that operates them")
    riskmap.add_argument("--purpose", default="", help="cameras: what they are for")
    riskmap.add_argument("--sees", default="", help="cameras: what they may see, in words for residents")
    riskmap.add_argument(
        "--confirm", action="append", default=[], metavar="POINT", help="cameras: a point of the siting standard"
    )
    running.offer_language(riskmap)


def _reckoning(add: Add) -> None:
    triage = add("triage", run_triage, "learn which class a message reads like, or try how well that goes")
    triage.add_argument("what", choices=["train", "evaluate"])
    triage.add_argument("file", type=Path)
    triage.add_argument(
        "--labels", choices=["seven", "ours"], default="ours", help="seven is for trying only, and never used"
    )
    triage.add_argument("--folds", type=int, choices=range(2, 11), default=5)
    triage.add_argument("--on", type=Path, help="learn from FILE and try on this other file")
    insight = add("insight", run_insight, "reckon the figures anew from the cases")
    insight.add_argument("what", choices=["rebuild"])
    manage = add("manage", run_manage, "Django's own commands, such as makemigrations")
    manage.add_argument("rest", nargs=argparse.REMAINDER)


def _pair(text: str) -> tuple[str, str]:
    name, sign, column = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError("write FIELD=COLUMN")
    return name, column


def _start() -> None:
    import django

    django.setup()


def run_demo(given: argparse.Namespace) -> int:
    """Prepare, seed, serve, until interrupted."""
    from linli.site.demo import serve_demo

    return serve_demo(port=given.port, fresh=given.fresh)


def run_prepare(_given: argparse.Namespace) -> int:
    from linli.site.prepare import prepare

    prepare()
    from linli.gateway.sensorthings.trial import prepare_trial

    prepare_trial()
    return 0


def run_web(given: argparse.Namespace) -> int:
    from linli.site.web import measure_together, serve

    measure_together(given.port)
    _start()
    from linli.gateway.sensorthings import trial
    from linli.people.domain.demo import check_startup
    from linli.site import lock

    check_startup(given.host)
    trial.check_startup(given.host)
    with lock.shared():
        serve(host=given.host, port=given.port, workers=given.workers)
    return 0


def run_jobs(_given: argparse.Namespace) -> int:
    _start()
    from linli.core.jobs import work
    from linli.site import lock

    with lock.shared():
        work(_stop_on_signal())
    return 0


def run_sensing(_given: argparse.Namespace) -> int:
    _start()
    from linli.gateway.mqtt import gates
    from linli.sensing.service.running import serve
    from linli.site import lock

    with lock.shared():
        return _leave(serve(_stop_on_signal(), gates()))


def run_kernels(_given: argparse.Namespace) -> int:
    _start()
    from linli.core.kernels.worker import serve
    from linli.site import lock

    with lock.shared():
        return _leave(serve(_stop_on_signal()))


def run_observations(given: argparse.Namespace) -> int:
    """Verify prints each finding and ends with 1 if there is any; compact and retain need the service stopped."""
    _start()
    from django.conf import settings

    from linli.sensing import observations_command
    from linli.sensing.service.running import kept_days

    days = kept_days() if given.what == "retain" else None
    return observations_command.run(given.what, folder=settings.OBSERVATIONS, days=days)


def run_rules(_given: argparse.Namespace) -> int:
    """What may be observed, and the rules; an office's own versions stay."""
    _start()
    from django.utils.timezone import now

    from linli.sensing.domain.properties import load_properties
    from linli.sensing.domain.rulebook import load_rules

    properties = load_properties()
    print(f"{properties} observed properties and {load_rules(at=now())} rules are new. Check them at /rules/.")
    return 0


def run_sensing_token(given: argparse.Namespace) -> int:
    _start()
    from linli.sensing import token_command

    return token_command.run(given.what, given.name, note=given.note)


def run_world(given: argparse.Namespace) -> int:
    _start()
    if given.what == "sensors":
        from linli.world.sensors.seed import seed_sensors

        seed_sensors()
        return 0
    from linli.world.play import play

    play(url=given.url, speed=given.speed, stop=_stop_on_signal(), observations=given.observations)
    return 0


def run_audit(given: argparse.Namespace) -> int:
    """Verify prints each finding and ends with 1 if there is any."""
    _start()
    from django.utils.timezone import now

    from linli.procedures.domain import audit

    if given.what == "anchor":
        audit.set_anchor(now())
        print(f"{audit.export_anchors(given.anchors)} anchors exported")
        return 0
    findings = list(audit.verify(given.anchors))
    for finding in findings:
        print(f"{finding.what}\t{finding.procedure}\t{finding.seq or ''}\t{finding.detail}")
    well = "every story is as it was written, back from the last exported anchor"
    print(f"{len(findings)} findings" if findings else well)
    return 1 if findings else 0


def run_import(given: argparse.Namespace) -> int:
    _start()
    from linli.cases.command import import_messages

    return import_messages(
        path=given.file, mode=given.mode, mapping=dict(given.map), zone=given.zone,
        datum=given.datum, all_or_none=given.all_or_none,
    )  # fmt: skip


def run_keys(_given: argparse.Namespace) -> int:
    from linli.core.keys import rotate_keys
    from linli.site.settings import KEY_FILE

    print(f"new key {rotate_keys(KEY_FILE)}; older values stay readable. Restart Linli to use it.")
    return 0


def run_places(given: argparse.Namespace) -> int:
    _start()
    from linli.places import command

    with running.in_language(given.language):
        return command.run(given.what, given.file, datum=given.datum, rest=given.rest)


def run_riskmap(given: argparse.Namespace) -> int:
    _start()
    from django.utils.timezone import now

    from linli.riskmap import command

    cameras = command.Cameras(given.operator, given.purpose, given.sees, given.confirm)
    with running.in_language(given.language):
        return command.import_file(
            what=given.kind, file=given.file, source=given.source, within=given.within, cameras=cameras,
            rest=given.rest, check=given.check, at=now(),
        )  # fmt: skip


def run_triage(given: argparse.Namespace) -> int:
    _start()
    from linli.cases import triage_command

    return triage_command.run(given.what, given.file, labels=given.labels, folds=given.folds, on=given.on)


def run_insight(_given: argparse.Namespace) -> int:
    _start()
    from linli.insight.domain.comparing import rebuild

    print(f"{rebuild()} cases counted anew")
    return 0


def run_manage(given: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["linli manage", *given.rest])
    return 0


def _leave(status: int) -> NoReturn:
    """End at once, all that matters being stored: a thread that compiles does not bear that Python is taken down."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _stop_on_signal() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    sys.exit(main())
