"""`/healthz` says whether this process can serve, and nothing about anybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.core.models import Job

pytestmark = pytest.mark.django_db


def test_all_is_well(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "text/plain", "no-store")
    assert answer.content == b"database ok\ndisk ok\njobs ok\nkernels away\noutbox ok\n"


def test_jobs_that_wait_are_told_of_and_do_not_take_the_site_down(client):
    Job.objects.create(name="x", run_at=timezone.now() - timedelta(minutes=10), created_at=timezone.now())

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert b"jobs late 6" in answer.content


def test_a_full_disk_is_said(client, monkeypatch):
    monkeypatch.setattr("linli.core.views.health.LEAST_FREE", 10**18)

    answer = client.get("/healthz")

    assert (answer.status_code, b"disk full" in answer.content) == (503, True)


def test_a_process_is_ready_when_the_database_has_the_tables_of_this_version(client, monkeypatch):
    ready = client.get("/readyz")
    monkeypatch.setattr("linli.core.views.health.pending_migrations", lambda: 2)
    waiting = client.get("/readyz")

    assert (ready.status_code, ready.content) == (200, b"ready\n")
    assert (waiting.status_code, waiting.content) == (503, b"2 migrations wait\n")
