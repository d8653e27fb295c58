"""A sensing net of its own, in processes of its own: a database, devices with keys, `linli sensing` and its broker.

with a_net(folder, devices=3) as net:
    net.start(); net.kill(); net.kill_broker(); net.start()
    net.keys["SMK-1"], net.stored(), net.counted()
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import ROOT, a_database, run

PATIENCE = 60.0  # seconds


@dataclass
class Net:
    """The net in a folder. keys: device code → secret.  mqtt: the port that the broker listens at."""

    folder: Path
    env: dict[str, str]
    keys: dict[str, str]
    mqtt: int
    process: subprocess.Popen | None = None
    patience: float = PATIENCE
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "sensing.log"

    def start(self) -> None:
        """Start `linli sensing`, and wait until it takes readings over its socket and, with a broker, over MQTT."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "linli.site.cli", "sensing"], env=self.env, cwd=ROOT, stdout=out, stderr=out
            )
        self.wait(self.is_up, "linli sensing is up")

    def said(self) -> dict:
        """The service's heartbeat; empty where there is none."""
        try:
            return json.loads((self.folder / "sensing" / "heartbeat.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}

    def is_up(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"linli sensing ended:\n{self.log.read_text()[-3000:]}")
        said = self.said()
        mine = self.process is not None and said.get("pid") == self.process.pid
        return mine and all(state == "open" for state in said["gates"])

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        assert self.process is not None
        self.process.terminate()
        status = self.process.wait(self.patience)
        self.process = None
        return status

    def kill(self) -> None:
        """kill -9 of the service; its broker lives on."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def broker_pid(self) -> int | None:
        try:
            pid = int((self.folder / "sensing" / "broker.pid").read_text())
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return None if state == "Z" else pid

    def kill_broker(self) -> None:
        """kill -9 of the broker; the service starts another."""
        pid = self.broker_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def stored(self, streams: tuple[str, ...] = ("main",)) -> list[dict]:
        """Every observation on the disk, in order of time."""
        from linli.sensing.segments import Store

        with Store(self.folder / "observations", writable=False) as store:
            return [row for batch in store.scan(streams=streams) for row in batch.to_pylist()]

    def run(self, what: str, *words: str) -> str:
        """Call a function of this file in a process of the net."""
        return run(self.env, "-m", "tests.sensing.running", what, *words)

    def counted(self) -> dict[str, int]:
        """How many were refused for each reason, as written to the database."""
        return json.loads(self.run("counted"))

    def wait(self, until: Callable[[], object], words: str, patience: float | None = None) -> None:
        patience = patience or self.patience
        end = time.monotonic() + patience
        while not until():
            if time.monotonic() > end:
                raise AssertionError(f"{words}: not within {patience} s\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def close(self) -> None:
        if self.process is not None:
            self.stop()
        if pid := self.broker_pid():
            os.kill(pid, signal.SIGTERM)


@contextmanager
def a_net(folder: Path, *, devices: int = 3, **env: str) -> Iterator[Net]:
    """A net that is ready to be started. Devices SMK-1 … observe smoke, battery and alive; CARE-1 has no consent."""
    folder.mkdir(parents=True, exist_ok=True)
    with a_database(folder) as settings:
        port = free_port()
        settings = settings | {"LINLI_MQTT_PORT": str(port)} | env
        keys = json.loads(run(settings, "-m", "tests.sensing.running", "prepare", str(devices)))
        net = Net(folder, settings, keys, port)
        try:
            yield net
        finally:
            net.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- in the net's own process


def prepare(devices: str) -> dict[str, str]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from linli.sensing.domain.devices import register_device
    from linli.sensing.domain.keys import issue_key
    from linli.sensing.domain.properties import load_properties
    from tests.neighbourhood import build_street

    street = build_street()
    load_properties()
    owner, by, keys = street.posts["property_manager"].organisation, street.by("administrator"), {}
    kinds = [(f"SMK-{number}", "smoke", ["smoke", "battery", "alive"]) for number in range(1, int(devices) + 1)]
    for code, kind, properties in [*kinds, ("CARE-1", "care", ["water_used"])]:
        device = register_device(
            code=code, type=kind, site="stairwell" if kind == "smoke" else "home", place=street.places["building"],
            owner=owner, operator=owner, purpose="感烟报警", sees="烟雾浓度", properties=properties, by=by,
            at=street.now,
        )  # fmt: skip
        keys[code] = issue_key(device=device, by=by, at=street.now)
    return keys


def counted() -> dict[str, int]:
    from django.db.models import Sum

    from linli.sensing.models import DoorCount

    return dict(DoorCount.objects.values_list("reason").annotate(Sum("number")))


def revoke(code: str) -> str:
    from datetime import UTC, datetime

    from linli.people.actors import Actor
    from linli.people.models import Post
    from linli.sensing.domain.keys import revoke_key
    from linli.sensing.models import DeviceKey

    post = Post.objects.get(name="系统管理员")
    by = Actor.in_post(post, post.holdings.get().account)
    for key in DeviceKey.objects.filter(device__code=code):
        revoke_key(key=key, by=by, at=datetime.now(UTC))
    return code


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps({"prepare": prepare, "counted": counted, "revoke": revoke}[sys.argv[1]](*sys.argv[2:])))
