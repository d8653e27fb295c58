"""A file about violence at home with a planted word: whoever has no part in it finds it nowhere.

Every page of the table of addresses is opened as each of the eighteen roles that may open it (public ones as three
of them), with the file's number where an address takes one; then search, the API, exports, messages, metrics, logs, and
after the purge every byte on the disk.
"""

import io
import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client

from linli.core import logs, metrics, outbox
from linli.core.models import Delivery, Job, Outbox, ViewLog
from linli.core.search import matching
from linli.mediation.domain import protection_steps as steps
from linli.mediation.domain.protection_sealed import Reach, open_parts
from linli.mediation.models import SealedNote
from linli.people.actors import Viewer
from linli.people.domain.accounts import create_resident_account
from linli.people.domain.holdings import appoint
from linli.people.models import Account
from linli.procedures.domain import audit
from linli.procedures.models import EntryBody, Procedure
from linli.procedures.registry import kind_of
from linli.procedures.seeing import hears, may_see
from tests.mediation.shelter import act, ask, order_prepared
from tests.neighbourhood import LONG_AGO
from tests.test_access import OWN_TESTS, ROLES, TABLE, may_open

WORD = "zzqoleander"  # nobody types it by chance
PHONE = "13987650001"
REACH = Reach(
    channel="call", to=PHONE, times=f"{WORD}-times", careful=f"{WORD}-careful", name=f"{WORD}-name",
    address=f"{WORD}-address",
)  # fmt: skip
KNOW = {"mediator", "police_liaison"}
# Whoever has no post reads public pages alike; of those with a post, the nearest one reads them.
READ_PUBLIC = ("nobody", "resident", "committee_secretary")


@pytest.fixture
def file(street) -> Procedure:
    """Everything that can be written in a file bears the word. The mediator has it, the police were brought in."""
    procedure = ask(street, reach=REACH, said=f"{WORD}-said", want_code=True).procedure
    act(street, steps.screen, procedure, whom="adult", danger="now", wishes=f"{WORD}-wish")
    to = street.posts["police_liaison"]
    act(street, steps.bring_in, procedure, to=to, why=f"{WORD}-why", agreed=True)
    act(street, steps.note, procedure, about="talk", text=f"{WORD}-note")
    act(street, steps.warning, procedure, day=street.now.date(), text=f"{WORD}-warning")
    order_prepared(street, procedure)
    return Procedure.objects.get(pk=procedure.pk)


@pytest.fixture
def enter(street):
    def client_of(role: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if role != "nobody":
            client.force_login(street.accounts[role])
        return client

    return client_of


@pytest.fixture
def other_side(street) -> Account:
    """The man at the same address, signed in."""
    return create_resident_account(name="另一方", at=LONG_AGO)


def filled(route: str, number: str, uuid: str, place: str) -> str:
    keys = {"int": "1", "uuid": uuid, "slug": place, "str": number, "path": place}
    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: keys[found[1] or "str"], route)


def names(answer: object, file: Procedure) -> list[str]:
    """What of the file an answer gives away, in its body or its headers."""
    told = b"".join(answer) if getattr(answer, "streaming", False) else answer.content
    whole = told.decode(errors="replace") + repr(sorted(answer.headers.items()))
    return [word for word in (WORD, PHONE, file.number, str(file.pk)) if word in whole]


def test_no_page_gives_the_file_away_to_any_of_the_eighteen_roles(street, file, enter):
    assert names(enter("mediator").get("/protection/"), file) == [
        file.number
    ]  # so that what is looked for can be found
    wrong = [found for role in ROLES for found in given_away(role, street, file, enter(role))]

    assert wrong == []


def given_away(role: str, street, file: Procedure, client: Client) -> list[tuple[str, str, list[str]]]:
    """Every page that this role may open, and what of the file it tells beyond what the address itself says."""
    wrong, mine = [], ("protection/", "protection/<str:number>/", "inbox/")
    place = street.places["building"].path
    for route, said in TABLE.items():
        if route.startswith(OWN_TESTS) or not may_open(said, role, street) or (role in KNOW and route in mine):
            continue
        if said == "public" and role not in READ_PUBLIC:
            continue
        for number in ("none", file.number) if "<str:" in route else ("none",):
            page = filled(route, number, str(file.pk), place)
            told = names(client.get(page), file)
            known = [word for word in (file.number, str(file.pk)) if word in page]
            if set(told) - set(known):
                wrong.append((role, page, told))
    return wrong


def test_the_files_own_addresses_do_not_tell_that_it_exists(street, file, enter):
    """A number that exists and one that does not are answered alike, in reading and in sending."""
    form = {"step": "note", "action": str(uuid4()), "version": file.version, "about": "talk", "text": "x"}
    sent = {**form, "parts": ["contact"], "purpose": "reach"}
    wrong = []
    for role in [role for role in ROLES if role not in KNOW]:
        client = enter(role)
        for tail in ("", "opened/", "application/"):
            pages = [f"/protection/{number}/{tail}" for number in (file.number, "ABCDEFGH1")]
            statuses = {client.post(page, sent).status_code for page in pages}
            read = {client.get(page).status_code for page in pages}
            if len(statuses) != 1 or len(read) != 1 or not statuses <= {302, 401, 403, 404}:
                wrong.append((role, tail, statuses, read))
        others = [f"/{page}/{file.number}/" for page in ("case", "cases", "refer")]
        wrong += [(role, page) for page in others if client.get(page).status_code not in (302, 403, 404)]

    assert wrong == []
    assert (ViewLog.objects.count(), Procedure.objects.get(pk=file.pk).version) == (0, file.version)


def test_the_other_side_signed_in_and_living_there_sees_nothing(street, file, other_side):
    client = Client(headers={"accept-language": "en"})
    client.force_login(other_side)
    building = street.places["building"].path

    for route in TABLE:
        if route.startswith(OWN_TESTS):
            continue
        answer = client.get(filled(route, "none", str(uuid4()), building))
        assert names(answer, file) == [], route
    for words in (WORD, PHONE, file.number, "12号", "家暴"):
        for page in ("/cases/", "/places/", "/search/", "/api/v1/cases", "/bookings/", "/services/"):
            assert names(client.get(page, {"words": words, "q": words, "text": words}), file) in ([], [words]), page
    assert Delivery.objects.count() == 0
    assert Procedure.objects.of_account(other_side).count() == 0


def test_events_are_heard_by_the_assigned_posts_alone(street, file, rf):
    bodies = [row.body for row in Outbox.objects.filter(procedure=file.pk)]
    heard, seen = set(), set()
    for role in ROLES:
        request, post = rf.get("/events"), street.posts.get(role)
        request.viewer = Viewer((post,), street.accounts[role]) if post else Viewer()
        request.user, request.session = street.accounts.get(role) or AnonymousUser(), {}
        heard |= {role for body in bodies if hears(request)(body)}
        seen |= {role for audience in ("staff", "parties", "public") if may_see(request, file.pk, audience)}

    assert len(bodies) > 5
    assert (heard, seen) == (KNOW, KNOW)
    assert not any(WORD in json.dumps(body) for body in bodies)


def test_who_was_shut_out_hears_nothing_even_in_a_post_that_knows(street, file, rf):
    account = street.accounts["mediator"]
    secretary = street.posts["committee_secretary"]
    appoint(post=street.posts["police_liaison"], account=account, kind="deputy", by=street.by("administrator"),
            at=LONG_AGO)  # fmt: skip
    act(street, steps.hand_on, file, to=secretary, why="My cousin.", related=True)

    viewer = Viewer((street.posts["police_liaison"],), account, beside=(street.posts["mediator"],))

    assert not Procedure.objects.visible_to(viewer).filter(pk=file.pk).exists()


def test_nothing_is_found_sent_queued_or_kept_on_a_phone(street, file):
    outbox.drain_all()

    for words in (WORD, PHONE, file.number, f"{WORD}-note"):
        assert Procedure.objects.filter(pk__in=matching(words)).count() == 0
    assert Delivery.objects.count() == 0
    assert [job for job in Job.objects.all() if str(file.pk) in str(job.args) or file.number in str(job.args)] == []
    kind = kind_of("protection")
    assert (kind.in_my_file, kind.gist(file), kind.pages_to_keep(file, "handler")) == (False, "", [])
    assert (kind.title(file), file.place, file.cell) == ("Sealed file", None, None)
    assert not any(WORD.encode() in bytes(body.data) for body in EntryBody.objects.all())


def test_metrics_and_logs_name_neither_number_nor_word(street, file, enter):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logging.getLogger().addHandler(handler)
    try:
        enter("mediator").get(f"/protection/{file.number}/")
        enter("area_lead").get(f"/protection/{file.number}/")
    finally:
        logging.getLogger().removeHandler(handler)

    for told in (stream.getvalue(), metrics.reading().decode()):
        assert (WORD in told, file.number in told, str(file.pk) in told) == (False, False, False)


def test_administrator_and_auditor_open_nothing_and_the_log_of_views_names_no_file(street, file, enter):
    open_parts(procedure=file, parts=("contact", "notes"), purpose="reach", by=street.by("mediator"), at=street.now)

    views = enter("auditor").get("/audit/views/")

    assert names(views, file) == []
    assert "to reach the person" in views.content.decode()
    asked = {"parts": ["contact"], "purpose": "reach"}
    for role in ("administrator", "auditor"):
        assert enter(role).post(f"/protection/{file.number}/opened/", asked).status_code == 403


def test_the_worker_keeps_no_page_of_it(enter, street, file):
    worker = Client().get("/sw.js").content.decode()
    client = enter("mediator")
    for page in (f"/protection/{file.number}/", "/protection/", "/protection/help/", "/inbox/"):
        copy = client.get(page, headers={"X-Linli-Keep": "1"})
        if page == "/inbox/":
            assert names(copy, file) == []
        else:
            assert "X-Linli-Keep" not in copy.headers
            assert "no-store" in copy.headers["Cache-Control"]
    assert "protection" not in worker


def stored(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db(transaction=True)
def test_sealed_or_purged_the_word_lies_nowhere_on_the_disk():
    """In the manner of tests/core: the word is planted, and every file that the installation writes is read."""
    from tests.neighbourhood import build_street

    street = build_street()
    procedure = ask(street, reach=REACH, said=f"{WORD}-said").procedure
    act(street, steps.screen, procedure, whom="adult", danger="now", wishes=f"{WORD}-wish")
    act(street, steps.close_file, procedure, why=f"{WORD}-why")
    sealed = bytes(SealedNote.objects.first().text_sealed)
    assert on_disk(WORD.encode()) == []  # sealed from the first moment
    audit.purge(procedure=procedure, rule="protection.keep", by=street.by("mediator"), at=street.now)

    assert on_disk(WORD.encode(), PHONE.encode(), sealed) == []


def on_disk(*words: bytes) -> list[str]:
    """The files in which one of these stands, where the database is a file."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database = Path(connection.settings_dict["NAME"])
        looked = [path for path in database.parent.glob(f"{database.name}*") if path.is_file()]
    else:
        looked = []
    for name in ("FILES", "ANCHORS", "OUTGOING", "TRIAGE"):
        folder = Path(getattr(settings, name))
        looked += list(stored(folder)) if folder.exists() else []
    assert looked or connection.vendor != "sqlite"
    return [os.fspath(path) for path in looked if any(word in path.read_bytes() for word in words)]
