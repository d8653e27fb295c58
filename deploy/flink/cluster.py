"""A Flink cluster on this machine: one JobManager and some TaskManagers, each a Java process of its own.

They are started from the jars that come with PyFlink, listen on the loopback address only, take free ports and keep
everything that they write below one folder.  Standard library only, so that a test or a bench can steer a cluster from
an environment without PyFlink.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PATIENCE = 90  # seconds that starting and stopping may take on a busy machine
LOOPBACK = "127.0.0.1"
JOB_MANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
CLIENT = "org.apache.flink.client.cli.CliFrontend"
TASK_MANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
# What Flink opens for itself on Java 17, from the configuration that PyFlink brings along.
OPENED = ("java.base/java.lang", "java.base/java.net", "java.base/java.io", "java.base/java.nio",
          "java.base/sun.nio.ch", "java.base/java.lang.reflect", "java.base/java.text", "java.base/java.time",
          "java.base/java.util", "java.base/java.util.concurrent", "java.base/java.util.concurrent.atomic",
          "java.base/java.util.concurrent.locks")  # fmt: skip
# Small, for the state is a few hundred kilobytes a shard; each part must be named where Flink's scripts do not reckon.
MEMORY = {
    "taskmanager.cpu.cores": "1.0",
    "taskmanager.memory.framework.heap.size": "128m",
    "taskmanager.memory.task.heap.size": "256m",
    "taskmanager.memory.framework.off-heap.size": "64m",
    "taskmanager.memory.task.off-heap.size": "0m",
    "taskmanager.memory.network.min": "32m",
    "taskmanager.memory.network.max": "32m",
    "taskmanager.memory.managed.size": "32m",
    "taskmanager.memory.jvm-metaspace.size": "192m",
    "taskmanager.memory.jvm-overhead.min": "64m",
    "taskmanager.memory.jvm-overhead.max": "64m",
}
SETTINGS = {
    "jobmanager.rpc.address": LOOPBACK,
    "jobmanager.rpc.port": "0",
    "jobmanager.bind-host": LOOPBACK,
    "rest.address": LOOPBACK,
    "rest.bind-address": LOOPBACK,
    "taskmanager.host": LOOPBACK,
    "taskmanager.bind-host": LOOPBACK,
    # A killed TaskManager is noticed by its closed connection at once, by its silence after this at the latest.
    "heartbeat.interval": "1000",
    "heartbeat.timeout": "8000",
    # Both TaskManagers get work, not one all of it.
    "taskmanager.load-balance.mode": "SLOTS",
    "restart-strategy.type": "fixed-delay",
    "restart-strategy.fixed-delay.attempts": "1000",
    "restart-strategy.fixed-delay.delay": "200 ms",
    # Python's workers live outside the JVM and take what they take.
    "python.fn-execution.memory.managed": "false",
}

LOGGING = """\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
appender.console.name = Console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %-5p %c{1} %m%n
"""


class NotSetUp(Exception):
    """What the cluster needs is not there; the message says what to do."""


def flink_home(environment: Path = ENVIRONMENT) -> Path:
    """The folder of PyFlink with its jars."""
    found = sorted(environment.glob("lib/python3*/site-packages/pyflink"))
    if not found:
        raise NotSetUp("There is no Flink environment here. Make it with: python3 deploy/flink/install.py")
    return found[0]


def java() -> str:
    """The Java to run: that of JAVA_HOME, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if not found:
        raise NotSetUp("Flink needs Java 11 or 17. Install it, for example with: apt install default-jre-headless")
    return found


def missing() -> str:
    """Why no cluster can be started here, in one line; empty where one can."""
    try:
        flink_home(), java()
    except NotSetUp as reason:
        return str(reason)
    return ""


class Cluster:
    """One JobManager and `task_managers` TaskManagers with `slots` slots each, below `folder`; to be used in a `with`.

    After a TaskManager's death the job goes on as soon as there are slots enough; `start_task_manager` brings another.
    """

    def __init__(self, folder: Path, *, task_managers: int = 2, slots: int = 1, settings: dict[str, str] | None = None):
        self.folder = folder.resolve()
        self.slots = slots
        self.wanted = task_managers
        self.rest_port, self._rpc_port = free_ports(2)
        self._settings = settings or {}
        self.job_manager: subprocess.Popen[bytes] | None = None
        self.task_managers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self.stop()

    # --- starting and ending ------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._write_configuration()
        self.job_manager = self._run(JOB_MANAGER, "job-manager", heap="256m")
        self._wait("The JobManager", self._answers)
        for _ in range(self.wanted):
            self.start_task_manager()
        self.wait_for_slots(self.wanted * self.slots)

    def start_task_manager(self) -> subprocess.Popen[bytes]:
        """Start one more and return its process, without waiting until its slots are there."""
        words = [word for name, value in MEMORY.items() for word in ("-D", f"{name}={value}")]
        number = len(self.task_managers) + 1
        process = self._run(TASK_MANAGER, f"task-manager-{number}", *words, heap="384m")
        self.task_managers.append(process)
        return process

    def stop(self) -> None:
        """End what was started here, each by its own process group, in which its Python workers are too."""
        processes = [process for process in [*self.task_managers, self.job_manager] if process]
        for process in processes:
            _signal_group(process, signal.SIGTERM)
        ends = time.monotonic() + 10
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):  # it is killed below, with whatever it left behind
                process.wait(max(0.1, ends - time.monotonic()))
            _signal_group(process, signal.SIGKILL)
            process.wait()

    def _run(self, name: str, log: str, *words: str, heap: str) -> subprocess.Popen[bytes]:
        command = [*self._java(flink_home(), heap), name, "--configDir", str(self.folder), *words]
        with (self.folder / f"{log}.log").open("ab") as output:
            return subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True, env=os.environ | {"FLINK_CONF_DIR": str(self.folder)},
            )  # fmt: skip

    def _java(self, home: Path, heap: str) -> list[str]:
        """The beginning of a command that runs a class of Flink's."""
        return [
            *(java(), f"-Xmx{heap}", "-XX:MaxMetaspaceSize=192m", "-XX:+UseSerialGC"),
            *(f"--add-opens={package}=ALL-UNNAMED" for package in OPENED),
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
            f"-Dlog4j.configurationFile={(self.folder / 'log4j.properties').as_uri()}",
            *("-cp", _jars(home)),
        ]

    def _write_configuration(self) -> None:
        for name in ("tmp", "checkpoints"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        settings = SETTINGS | {
            "jobmanager.rpc.port": str(self._rpc_port),
            "rest.port": str(self.rest_port),
            "rest.bind-port": str(self.rest_port),
            "taskmanager.numberOfTaskSlots": str(self.slots),
            "io.tmp.dirs": str(self.folder / "tmp"),
            "execution.checkpointing.dir": (self.folder / "checkpoints").as_uri(),
            "python.executable": str(ENVIRONMENT / "bin" / "python"),
            "python.client.executable": str(ENVIRONMENT / "bin" / "python"),
            **self._settings,
        }
        lines = [f"{name}: {json.dumps(value)}" for name, value in settings.items()]
        (self.folder / "config.yaml").write_text("\n".join(lines) + "\n")
        (self.folder / "log4j.properties").write_text(LOGGING)

    def submit(self, job: Path, *words: str, files: Sequence[Path] = (), state: Path | None = None) -> str:
        """Hand a PyFlink program to the cluster and return the job's id; it runs on by itself.

        files: Python files that it imports, which are sent along to the workers.  state: a checkpoint to go on from.
        """
        home, python = flink_home(), str(ENVIRONMENT / "bin" / "python")
        folders = {f"FLINK_{name}_DIR": str(home / name.lower()) for name in ("LIB", "OPT", "PLUGINS")}
        words = (
            *(["-s", state.resolve().as_uri()] if state else []),
            *("-pyclientexec", python, "-pyexec", python, "-py", str(job)),
            *(["-pyfs", ",".join(map(str, files))] if files else []),
            *words,
        )
        command = [*self._java(home, "256m"), CLIENT, "run", "--detached", *words]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE,
            env=os.environ | folders | {"FLINK_CONF_DIR": str(self.folder), "FLINK_HOME": str(home)},
        )  # fmt: skip
        found = re.search(r"JobID (\w{32})", done.stdout)
        if done.returncode or not found:
            raise NotSetUp(f"The job was not taken:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return found.group(1)

    def cancel(self, job: str) -> None:
        """End a job and wait until it has let go of its slots."""
        self.ask(f"/jobs/{job}?mode=cancel", method="PATCH")
        self._wait("The end of the job", lambda: self.ask(f"/jobs/{job}")["state"] == "CANCELED")

    # --- asking -------------------------------------------------------------------------------------------------------

    def ask(self, path: str, *, method: str = "GET", body: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the JobManager's REST interface answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://{LOOPBACK}:{self.rest_port}{path}", method=method, data=data,
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 our own address
            return json.loads(answer.read() or b"{}")

    def wait_for_slots(self, slots: int) -> None:
        self._wait(f"{slots} task slots", lambda: self.ask("/overview")["slots-total"] >= slots)

    def process_ids(self) -> list[int]:
        """Of all that belongs to the cluster and runs: Java and the Python workers below it."""
        groups = {process.pid for process in [self.job_manager, *self.task_managers] if process}
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if _group_of(path) in groups]

    def cpu_seconds(self) -> float:
        """Processor time of every process of the cluster so far, and of those they started and waited for."""
        return sum(map(_cpu_seconds, self.process_ids()))

    def _answers(self) -> bool:
        try:
            self.ask("/overview")
        except (urllib.error.URLError, ConnectionError):
            return False
        return True

    def _wait(self, what: str, there: Callable[[], bool]) -> None:
        ends = time.monotonic() + PATIENCE
        while not there():
            ended = self.job_manager is not None and self.job_manager.poll() is not None
            if ended or time.monotonic() > ends:
                raise NotSetUp(f"{what} did not appear; the logs in {self.folder} say why.")
            time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback address that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _jars(home: Path) -> str:
    """The class path: what PyFlink brings along, and the part that runs Python."""
    return ":".join(map(str, [*sorted((home / "lib").glob("*.jar")), *(home / "opt").glob("flink-python-*.jar")]))


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return  # it has ended, and all below it


def _group_of(path: Path) -> int:
    """The process group in a folder of /proc, 0 where the process has ended meanwhile."""
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[2])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _cpu_seconds(process: int) -> float:
    """User and system time of a process and of its ended children; 0 where it has ended meanwhile."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
