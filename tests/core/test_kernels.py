"""The kernel worker: the same answers as the references', whatever becomes of the worker meanwhile."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from linli.core import doctor, kernels
from linli.core.kernels import client, registry, wire
from linli.core.sockets import connect
from tests.core import sums
from tests.core.test_metrics import number
from tests.processes import ROOT

PATIENCE = 120  # seconds, on a machine that does other things too


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("installation") / "kernels"


@pytest.fixture(autouse=True)
def known(monkeypatch, settings, tmp_path) -> Iterator[None]:
    """The tests' own kernels, a folder where nobody works, and a process that has asked nobody yet."""
    line = client._Line()
    monkeypatch.setattr(registry, "_kernels", {})
    monkeypatch.setattr(client, "_LINE", line)
    settings.KERNELS = tmp_path / "kernels"
    sums.register()
    yield
    line.close()


def start(folder: Path) -> subprocess.Popen:
    words = [sys.executable, "-m", "tests.core.sums", str(folder)]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "linli.site.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    process = subprocess.Popen(words, cwd=ROOT, env=env | {"LINLI_DATA": str(folder.parent / "data")})
    end = time.monotonic() + PATIENCE
    while (found := kernels.condition()) is None or found.count("warming"):
        assert process.poll() is None, "the worker ended"
        assert time.monotonic() < end, "the worker does not become warm"
        time.sleep(0.05)
    return process


@pytest.fixture(scope="module")
def started(folder) -> Iterator[list[subprocess.Popen]]:
    """The workers of this module; the last one may be at work."""
    processes: list[subprocess.Popen] = []
    yield processes
    for process in processes:
        process.terminate()
    assert {process.wait(timeout=PATIENCE) for process in processes} <= {0, -signal.SIGKILL}


@pytest.fixture
def worker(settings, folder, started) -> subprocess.Popen:
    """One that is at work: the last test's, unless that killed it."""
    settings.KERNELS = folder
    if not started or started[-1].poll() is not None:
        started.append(start(folder))
    return started[-1]


VALUES = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0])


def test_without_a_worker_the_reference_answers_and_who_wants_the_kernel_is_told_when_to_come_again():
    told = kernels.ask("sums", values=VALUES, width=2)

    assert (told["sums"].tolist(), told["largest"]) == ([4.0, 5.0, 5.0, 6.0, 14.0], (4, False))
    assert (kernels.ready("sums"), kernels.condition()) == (False, None)
    with pytest.raises(kernels.Warming) as refused:
        kernels.ask("sums", only_kernel=True, values=VALUES, width=2)
    assert (refused.value.status, refused.value.facts["after"]) == (503, 20)


def test_the_worker_gives_the_reference_s_answer_by_machine_code(worker):
    told = kernels.ask("sums", only_kernel=True, values=VALUES, width=2)

    assert (told["sums"].tolist(), told["largest"]) == ([4.0, 5.0, 5.0, 6.0, 14.0], (4, True))
    assert (kernels.ready("sums"), kernels.ready("uncompiled")) == (True, False)
    assert kernels.condition().states == dict.fromkeys(sums.NAMES, "warm") | {
        "uncompiled": "failed", "missing": "failed",
    }  # fmt: skip
    for name in ("uncompiled", "missing"):
        assert registry.kernel_named(name).name == name
    assert kernels.ask("missing", value=1) == "by the reference"


@pytest.mark.parametrize("at_work", [False, True], ids=["reference", "kernel"])
def test_what_is_wrong_with_the_arguments_is_told_in_the_same_words(at_work, request):
    if at_work:
        request.getfixturevalue("worker")
    for width in (0, 7):
        with pytest.raises(ValueError, match=r"^width must be at least 1, and at most the number of values$"):
            kernels.ask("sums", values=VALUES, width=width)
    with pytest.raises(TypeError, match=r"^a kernel takes no date"):
        kernels.ask("echo", value=timezone.now())
    with pytest.raises(TypeError, match=r"array of <U1"):
        kernels.ask("echo", value=np.array(["a"]))
    with pytest.raises(TypeError, match="got an unexpected keyword"):
        kernels.ask("sums", values=VALUES, breadth=2)
    with pytest.raises(ValueError, match="are too much for one calculation"):
        kernels.ask("echo", value=np.zeros(wire.MOST, np.int8))
    with pytest.raises(LookupError, match="there is no kernel 'sum'"):
        kernels.ask("sum", values=VALUES)


def test_a_kernel_that_fails_or_gives_what_cannot_be_sent_or_too_much_does_no_harm(worker):
    assert [kernels.ask(name) for name in ("broken", "strange")] == ["by the reference"] * 2
    with pytest.raises(ValueError, match="128"):
        kernels.ask("large", size=wire.MOST)

    assert kernels.ask("sums", only_kernel=True, values=VALUES, width=6)["sums"].tolist() == [23.0]


def test_a_worker_that_is_killed_in_the_middle_of_a_call_is_stood_in_for_and_asked_again_when_it_is_back(
    worker, folder, started
):
    assert kernels.ask("killed") == "by the reference"
    assert worker.wait(timeout=PATIENCE) == -signal.SIGKILL
    assert kernels.ask("sums", values=VALUES, width=6)["largest"] == (0, False)

    started.append(start(folder))
    assert kernels.ask("sums", values=VALUES, width=6)["largest"] == (0, True)


def test_calls_in_the_middle_of_which_the_worker_is_killed_from_outside_all_have_their_answer(worker):
    values = np.arange(50_000.0)
    with ThreadPoolExecutor(4) as askers:
        asked = [askers.submit(kernels.ask, "sums", values=values, width=3) for _ in range(24)]
        while not asked[3].done():
            time.sleep(0.005)
        os.kill(worker.pid, signal.SIGKILL)
        told = [each.result() for each in asked]

    assert {each["sums"].tobytes() for each in told} == {sums._sums(values, 3).tobytes()}
    assert {each["largest"][1] for each in told} == {True, False}


def test_one_that_is_too_slow_is_stood_in_for_and_left_alone_for_a_while(worker):
    assert kernels.ask("slow", seconds=0.0) == "by the kernel"

    assert kernels.ask("slow", seconds=3.0) == "by the reference"
    began = time.monotonic()
    assert [kernels.ask("slow", seconds=3.0) for _ in range(20)] == ["by the reference"] * 20
    assert time.monotonic() - began < 20 * 0.5


def test_whoever_sends_nonsense_is_cut_off_and_nobody_else(worker):
    garbage = [
        b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 64, wire.HEAD.pack(1 << 31, 8), wire.HEAD.pack(1, 0) + b"\xc1",
        wire.pack(("call", "sums", "no arguments")), wire.pack(None), wire.pack(("call", ["sums"], {})),
    ]  # fmt: skip
    for message in garbage:
        with connect(client.socket_path(), patience=10) as connection:
            connection.sendall(message)
            connection.shutdown(socket.SHUT_WR)
            assert heard(connection) == "cut off"

    assert kernels.ask("sums", only_kernel=True, values=VALUES, width=6)["largest"] == (0, True)


def heard(connection: socket.socket) -> str:
    try:
        return "cut off" if wire.receive(connection) is None else "answered"
    except ConnectionError:
        return "cut off"


def test_a_second_worker_on_the_same_folder_says_so_and_ends(worker, folder):
    words = [sys.executable, "-m", "tests.core.sums", str(folder)]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "linli.site.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}

    second = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert second.returncode == 1
    assert "Another linli kernels is at work on this data folder." in second.stderr
    assert kernels.ready("sums")


NUMBERS = st.sampled_from(sorted(wire.NUMBERS)).map(np.dtype)
ARRAYS = arrays.arrays(NUMBERS, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), st.text(max_size=5), ARRAYS
)
TREES = st.recursive(
    LEAVES,
    lambda parts: (
        st.lists(parts, max_size=3) | st.lists(parts, max_size=3).map(tuple) | st.dictionaries(st.text(), parts)
    ),
    max_leaves=12,
)


@given(TREES)
def test_whatever_a_kernel_may_take_comes_through_as_it_was(value):
    one, other = socket.socketpair()
    with one, other:
        one.sendall(wire.pack(value))
        came = wire.receive(other)

    assert as_told(came) == as_told(value)


def as_told(value: object) -> object:
    """A value whose arrays compare by type, shape and bytes, and whose lists are no tuples."""
    match value:
        case np.ndarray():
            return value.dtype.str, value.shape, value.tobytes()
        case list() | tuple():
            return type(value).__name__, [as_told(each) for each in value]
        case dict():
            return {name: as_told(each) for name, each in value.items()}
    return type(value).__name__, value


def test_numbers_of_numpy_come_as_python_s_and_arrays_can_be_written_to(worker):
    for value in (np.float64(1.5), np.float32(1.5), np.int16(3), np.bool_(True), np.str_("a")):
        assert kernels.ask("echo", only_kernel=True, value=value) == value.item()

    for value in (np.arange(6).reshape(2, 3).T, np.arange(6, dtype=">i4")[::2]):
        came = kernels.ask("echo", only_kernel=True, value=value)
        assert came.tolist() == value.tolist()
        came[...] = 0


def test_two_kernels_of_one_name_are_refused_and_a_place_must_be_one():
    with pytest.raises(ValueError, match="there are two kernels 'sums'"):
        kernels.register("sums", kernel="tests.core.sums:echo", reference="tests.core.sums:echo")
    with pytest.raises(ValueError, match="write module:function"):
        kernels.register("new", kernel="tests.core.sums.echo", reference="tests.core.sums:echo")


@pytest.mark.django_db
@pytest.mark.usefixtures("en")
def test_the_doctor_healthz_and_the_metrics_say_how_the_worker_is(client, request):
    def seen() -> tuple[str, str]:
        with translation.override("en"):  # a request leaves its own language behind
            (one,) = [each for each in doctor.examine(at=timezone.now()) if each.name == "kernels"]
            said = f"{one.state.value}: {one.says}"
        lines = client.get("/healthz").content.decode().splitlines()
        return said, next(line for line in lines if line.startswith("kernels"))

    before = {by: number(client, f'linli_kernel_calls_total{{by="{by}",name="echo"}}') for by in ("away", "kernel")}
    assert seen() == (
        "look: The kernel worker does not run. Maps and figures are calculated all the same, but more slowly.",
        "kernels away",
    )
    kernels.ask("echo", value=1)

    request.getfixturevalue("worker")
    kernels.ask("echo", value=1)

    assert seen() == ("look: 2 calculations cannot be compiled and are made more slowly.", "kernels 7 of 9 ready")
    after = {by: number(client, f'linli_kernel_calls_total{{by="{by}",name="echo"}}') for by in ("away", "kernel")}
    assert after == {by: value + 1 for by, value in before.items()}


PAGES = """
import sys
import django
django.setup()
from django.urls import get_resolver
from linli.core import kernels
from linli.core.kernels.registry import function_at
get_resolver().url_patterns
import linli.site.asgi
references = [function_at(kernel.reference) for kernel in kernels.registered()]
print("numba" in sys.modules, "llvmlite" in sys.modules, all(map(callable, references)))
"""


def test_a_process_of_pages_never_imports_numba_and_neither_does_any_reference(tmp_path):
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "linli.site.settings", "PYTHONPATH": str(ROOT / "src")}
    said = subprocess.run(
        [sys.executable, "-c", PAGES], env=env | {"LINLI_DATA": str(tmp_path)}, cwd=ROOT, check=True,
        capture_output=True, text=True,
    )  # fmt: skip

    assert said.stdout.split() == ["False", "False", "True"]
