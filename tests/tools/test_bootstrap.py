"""The set-up: what it finds, what it fetches, and what it says where it cannot go on."""

import hashlib
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools import bootstrap


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user without any setting of pip or uv."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(bootstrap, "PIP_FILES", [tmp_path / "pip.conf"])
    return tmp_path


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of our own: locks, a description, and an environment with a Python in it."""
    for name in (*bootstrap.LOCKS.values(), "pyproject.toml"):
        (tmp_path / name).write_text(name)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENVIRONMENT", tmp_path / ".venv")
    return tmp_path


@pytest.fixture
def index(home, project, monkeypatch):
    """An index on this machine that serves one file, pip 1.0, and a lock that knows its hash."""
    folder = home / "index" / "pip"
    folder.mkdir(parents=True)
    (folder / "pip-1.0-py3-none-any.whl").write_bytes(b"a wheel")
    (folder / "index.html").write_text('<a href="pip-1.0-py3-none-any.whl#sha256=00">pip-1.0-py3-none-any.whl</a>')
    (project / "tools").mkdir()
    locked = hashlib.sha256(b"a wheel").hexdigest()
    (project / "tools" / "pip.lock").write_text(f"pip==1.0 \\\n    --hash=sha256:00ff \\\n    --hash=sha256:{locked}\n")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(home / "index")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}")
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("version", "good"), [((3, 10, 9), False), ((3, 11, 0), True), ((3, 13, 5), True), ((3, 14, 0), False)]
)
def test_only_the_pythons_that_linli_knows_will_do(version, good):
    assert bootstrap.usable(version) == good


def test_without_a_usable_python_one_line_says_which_to_install(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "usable", lambda version: False)
    monkeypatch.setattr(bootstrap, "another_python", lambda: None)

    assert bootstrap.main([]) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Linli needs Python 3.11, 3.12 or 3.13; this is ")
    assert line.endswith("make demo PYTHON=/path/to/python3.12")


def test_a_second_run_finds_the_stamp(project):
    assert not bootstrap.is_ready("run")
    bootstrap.stamp("run")
    assert bootstrap.is_ready("run")


def test_an_environment_for_development_can_also_run_but_not_the_other_way_round(project):
    bootstrap.stamp("dev")
    assert [bootstrap.is_ready(want) for want in bootstrap.LOCKS] == [True, True, True]
    bootstrap.stamp("run")
    assert [bootstrap.is_ready(want) for want in bootstrap.LOCKS] == [True, False, False]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_description_asks_for_a_new_set_up(project, name):
    bootstrap.stamp("run")
    (project / name).write_text("changed")
    assert not bootstrap.is_ready("run")


def test_without_pip_and_without_an_index_one_package_is_named(home):
    with pytest.raises(bootstrap.Stop, match="apt install python3-venv"):
        bootstrap.fetch_pip()


def test_pip_is_fetched_from_the_index_the_user_has_set(index):
    wheel = bootstrap.fetch_pip()
    assert (wheel.name, wheel.read_bytes()) == ("pip-1.0-py3-none-any.whl", b"a wheel")


def test_a_pip_with_another_hash_is_refused(index):
    (index / "pip-1.0-py3-none-any.whl").write_bytes(b"another wheel")
    with pytest.raises(bootstrap.Stop, match="is not the file that was locked"):
        bootstrap.fetch_pip()


def test_an_index_without_our_pip_says_what_to_install(index):
    (index / "index.html").write_text('<a href="pip-0.9-py3-none-any.whl">')
    with pytest.raises(bootstrap.Stop, match=r"has no pip 1\.0\. Install pip"):
        bootstrap.fetch_pip()


def test_an_index_that_does_not_answer_is_named(home, project, index, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(bootstrap.Stop, match=r"http://127\.0\.0\.1:9/simple/pip/ could not be read"):
        bootstrap.fetch_pip()


def test_variables_go_over_files_and_uv_is_told_what_pip_was_told(home, monkeypatch):
    (home / "pip.conf").write_text("[global]\nindex-url = http://one.example/simple\nfind-links = /a /b\n")
    monkeypatch.setenv("PIP_INDEX_URL", "http://two.example/simple")
    monkeypatch.setenv("UV_FIND_LINKS", "/own")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)

    assert bootstrap.pip_settings()["index-url"] == "http://two.example/simple"
    told = bootstrap.installer_environment()
    assert (told["UV_DEFAULT_INDEX"], told["UV_FIND_LINKS"]) == ("http://two.example/simple", "/own")


def test_a_broken_setting_of_pip_is_named(home):
    (home / "pip.conf").write_text("index-url without a section\n")
    with pytest.raises(bootstrap.Stop, match=r"pip\.conf cannot be read"):
        bootstrap.pip_settings()


def test_a_python_without_ensurepip_still_gets_an_environment(project, monkeypatch):
    """Plain Debian: the venv module is there, ensurepip is not."""
    blocked = project / "blocked"
    blocked.mkdir()
    (blocked / "ensurepip.py").write_text("raise ImportError('kept in a package of its own')")
    script = (
        "import sys; from pathlib import Path; from tools import bootstrap; home = Path(sys.argv[1]); "
        "bootstrap.ENVIRONMENT = home; bootstrap.make_environment(); print(bootstrap.version_of(home))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(project / "env")],
        cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": str(blocked), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == str(sys.version_info[:2]), done.stderr


def test_a_failing_installer_shows_its_words_and_what_to_do(home, project, capsys):
    command = [sys.executable, "-c", "import sys; sys.exit('no route to the index')"]
    with pytest.raises(bootstrap.Stop, match="set PIP_INDEX_URL"):
        bootstrap.install(command, "--require-hashes")
    assert capsys.readouterr().out == "no route to the index\n"
