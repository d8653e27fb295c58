"""The files of deploy/ are read by the programs that they are for, and name commands and settings that exist."""

import json
import re
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from linli.site import cli

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def commands(unit: Path) -> list[list[str]]:
    lines = re.findall(r"^ExecStart(?:Pre)?=(.+)$", unit.read_text(), re.MULTILINE)
    return [shlex.split(line) for line in lines]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_each_unit_calls_commands_that_there_are(unit):
    for program, *words in commands(unit):
        assert program == "/opt/linli/.venv/bin/linli"
        assert cli.parser().parse_args(words).run


def test_the_container_calls_a_command_that_there_is_and_copies_what_there_is():
    text = (DEPLOY / "Containerfile").read_text()
    (line,) = re.findall(r"^CMD (.+)$", text, re.MULTILINE)
    program, *words = json.loads(line)

    assert (program, bool(cli.parser().parse_args(words).run)) == ("linli", True)
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for name in line.split()]
    assert [name for name in copied if not list(ROOT.glob(name))] == []


def test_the_settings_that_are_set_are_known():
    # An environment that was installed below it is no file of ours.
    ours = [path for path in DEPLOY.rglob("*") if path.is_file() and not {".venv", "__pycache__"} & set(path.parts)]
    named = set(re.findall(r"\bLINLI_[A-Z_]+", "\n".join(path.read_text() for path in ours)))
    known = set(re.findall(r"\bLINLI_[A-Z_]+", (ROOT / "src/linli/site/settings.py").read_text()))

    assert named - known - {"LINLI_MAIL", "LINLI_SMS", "LINLI_PUSH"} == set()


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_each_unit_is_one_that_systemd_takes_and_calls_safe(unit, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for each in UNITS:  # what is named lies elsewhere here
        text = each.read_text().replace("/opt/linli/.venv/bin/linli", "/bin/true")
        (tmp_path / each.name).write_text(text)

    verified = analyze("verify", tmp_path / unit.name)
    judged = analyze("security", "--offline=true", "--threshold=30", tmp_path / unit.name)

    ours = [line for line in verified.stderr.splitlines() if "linli" in line]
    assert (verified.returncode, ours) == (0, [])
    assert judged.returncode == 0, judged.stdout[-400:]


def analyze(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *map(str, words)], capture_output=True, text=True, check=False)


def test_the_units_are_hardened_alike():
    read = []
    for unit in UNITS:
        parser = RawConfigParser(strict=False)
        parser.optionxform = str
        parser.read(unit)
        read.append(parser["Service"])

    for name in ("ProtectSystem", "NoNewPrivileges", "StateDirectory", "User", "EnvironmentFile", "SystemCallFilter"):
        assert len({service[name] for service in read}) == 1, name
    assert read[0]["ProtectSystem"] == "strict"


@pytest.fixture
def proxy(tmp_path):
    """The file for nginx in a configuration of its own, with a certificate made for the test."""
    if NGINX is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not installed (Debian: apt install nginx-light)")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=linli.example",
         "-keyout", tmp_path / "linli.key", "-out", tmp_path / "linli.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    ours = (DEPLOY / "nginx.conf").read_text()
    for there, here in (
        ("/etc/ssl/certs", tmp_path),
        ("/etc/ssl/private", tmp_path),
        ("/var/log/nginx", tmp_path),
    ):
        ours = ours.replace(str(there), str(here))
    return ours


def whole(folder: Path, ours: str) -> Path:
    path = folder / "nginx.conf"
    folders = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path.write_text(
        f"pid {folder}/nginx.pid; error_log {folder}/start.log; events {{}}\nhttp {{ {folders}\n{ours}\n}}\n"
    )
    return path


def test_nginx_takes_the_file(proxy, tmp_path):
    said = subprocess.run([NGINX, "-t", "-c", whole(tmp_path, proxy)], capture_output=True, text=True, check=False)

    assert (said.returncode, [line for line in said.stderr.splitlines() if "warn" in line]) == (0, [])


def test_what_nginx_does_with_a_caller(proxy, tmp_path):
    """A real nginx before a small server: what it hands on, what it refuses, and what it writes down."""
    import http.server
    import ssl
    import threading
    import time

    import httpx

    from tests.faults.test_killed import free_port

    got: list[dict[str, str]] = []

    class Behind(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            got.append({"path": self.path, "for": self.headers["X-Forwarded-For"]})
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    outside, plain = free_port(), free_port()
    ours = re.sub(r"127\.0\.0\.1:800[01]", f"127.0.0.1:{server.server_port}", proxy)
    ours = re.sub(r"listen \[::\].*", "", ours)
    ours = ours.replace("listen 443", f"listen 127.0.0.1:{outside}").replace("listen 80;", f"listen 127.0.0.1:{plain};")
    running = subprocess.Popen([NGINX, "-c", whole(tmp_path, ours), "-g", "daemon off;"])
    trusting = ssl.create_default_context(cafile=tmp_path / "linli.pem")
    trusting.check_hostname = False
    try:
        with httpx.Client(base_url=f"https://127.0.0.1:{outside}", verify=trusting) as client:
            deadline = time.monotonic() + 20
            while True:
                try:
                    asked = client.get("/follow/CODE-7788/?contact=13800131234", headers={"X-Forwarded-For": "6.6.6.6"})
                    break
                except httpx.TransportError:
                    assert time.monotonic() < deadline, "nginx does not answer"
                    time.sleep(0.1)
            figures = client.get("/metrics")
            too_large = client.post("/report/", content=b"x" * (65 * 1024 * 1024))
    finally:
        running.terminate()
        running.wait(timeout=20)
        server.shutdown()
        server.server_close()

    assert (asked.status_code, figures.status_code, too_large.status_code) == (200, 404, 413)
    assert asked.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert got == [{"path": "/follow/CODE-7788/?contact=13800131234", "for": "127.0.0.1"}]
    log = (tmp_path / "linli.log").read_text()
    written = [line.split()[1:4] for line in log.splitlines()]
    assert written[:2] == [["GET", "follow", "200"], ["GET", "metrics", "404"]]
    assert [word in log for word in ("CODE", "13800131234", "127.0.0.1")] == [False] * 3
