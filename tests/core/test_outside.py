"""Whatever address somebody names, no server inside is asked, and no answer leads to one."""

import datetime as dt
import socket
import ssl
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from linli.core import outside
from linli.core.outside import NotOutside

REFUSED = [
    "http://push.example.org/", "ftp://push.example.org/", "https://", "https:///x", "//push.example.org/", "",
    "https://user:word@93.184.216.34/", "https://93.184.216.34:22/", "https://93.184.216.34:70000/",
    "https://93.184.216.34\\@127.0.0.1/", "https://93.184.216.34/\r\nHost: x", "https://93.184.216.34 /x",
    "https://127.0.0.1/", "https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://0/", "https://localhost/",
    "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/", "https://224.0.0.1/", "https://255.255.255.255/", "https://[::1]/", "https://[::]/",
    "https://[fe80::1]/", "https://[fc00::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/",
    "https://[2002:7f00:1::]/", "https://[64:ff9b::7f00:1]/", "https://[::1", "https://xn--/",
    "https://" + "a" * 300 + "/",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_not_outside_is_refused(url):
    with pytest.raises(NotOutside):
        outside.check_address(url)


@pytest.mark.parametrize("url", ["https://93.184.216.34/x", "https://93.184.216.34:443/", "https://[2606:4700::1111]/"])
def test_a_public_server_may_be_asked(url):
    outside.check_address(url)


def test_a_network_that_the_office_names_may_be_asked_and_no_other(settings):
    settings.INSIDE = ["10.1.0.0/16"]
    outside.check_address("https://10.1.2.3/")

    with pytest.raises(NotOutside):
        outside.check_address("https://10.2.0.1/")


def test_nothing_is_said_to_a_server_inside_that_a_name_leads_to():
    """The name was public when it was checked, and is not when it is asked: what counts is who was reached."""
    with socket.create_server(("127.0.0.1", 0)) as server, outside.session() as asked:
        server.settimeout(5)
        with pytest.raises(NotOutside):
            asked.post(f"https://localhost:{server.getsockname()[1]}/", data=b"secret", timeout=5)
        reached, _peer = server.accept()
        with reached:
            assert reached.recv(100) == b""


class Away(BaseHTTPRequestHandler):
    """Sends everybody on, and counts who came."""

    came = 0

    def do_GET(self):
        type(self).came += 1
        self.send_response(302)
        self.send_header("Location", f"/again/{self.came}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words):
        pass


@pytest.fixture
def server(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    card = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + card.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    Away.came = 0
    with HTTPServer(("127.0.0.1", 0), Away) as serving:
        serving.socket = context.wrap_socket(serving.socket, server_side=True)
        thread = Thread(target=serving.serve_forever)
        thread.start()
        yield f"https://localhost:{serving.server_port}/", str(pem)
        serving.shutdown()
        thread.join()


def test_no_answer_leads_elsewhere(server, settings):
    settings.INSIDE = ["127.0.0.0/8"]
    url, certificate = server
    with outside.session() as asked:
        answer = asked.get(url, verify=certificate, timeout=5)

    assert (answer.status_code, Away.came) == (302, 1)
