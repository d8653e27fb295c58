"""What core can say of an installation's condition: settings, disk, clock, files, mail, queue, backups."""

import shutil
import socket
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.core import backup, dumps, jobs, kernels, outbox, starters, stores
from linli.core.doctor import Answer, age, bad, check, look, well
from linli.core.installation import is_installed
from linli.core.models import Delivery, Job
from linli.core.views import health
from linli.core.views.health import pending_migrations

LEAST, LITTLE = 200 * 1024 * 1024, 2 * 1024 * 1024 * 1024  # bytes free: below it is full, below it is soon full
SKEW = timedelta(seconds=5)
LATE, VERY_LATE = timedelta(minutes=5), timedelta(hours=1)
OLD_BACKUP = timedelta(hours=26)  # a day, and time to make it
TIMEOUT = 5  # seconds
NOW = {
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
    "postgresql": "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')",
}


@check("database", gettext_lazy("Database"))
def database(_at: datetime) -> Answer:
    waiting = pending_migrations()
    if waiting:
        words = ngettext("%(n)s migration waits.", "%(n)s migrations wait.", waiting) % {"n": waiting}
        return bad(words, _("Stop Linli and run: linli upgrade"))
    return well(_("%(vendor)s answers and has the tables of this version.") % {"vendor": connection.vendor})


@check("starters", gettext_lazy("What Linli comes with"))
def beginnings(_at: datetime) -> Answer:
    if not is_installed():
        return well(_("It comes when an office begins here."))
    waiting = starters.waiting()
    if waiting:
        named = ", ".join(f"{starter.title} {number}" for starter, number in waiting)
        return look(
            _("This office does not have all that Linli comes with: %(named)s.") % {"named": named},
            _("To bring it in, beside what your office has: linli office starters"),
        )
    return well(_("The office has all that Linli comes with."))


@check("disk", gettext_lazy("Disk"))
def disk(_at: datetime) -> Answer:
    free = shutil.disk_usage(settings.DATA).free
    says = _("%(free)s MB are free in %(folder)s.") % {"free": free >> 20, "folder": settings.DATA}
    if free < LEAST:
        return bad(says, _("Make room now: nothing can be written soon."))
    if free < LITTLE:
        return look(says, _("Make room, or move the backups to another disk (LINLI_BACKUPS)."))
    return well(says)


@check("clock", gettext_lazy("Clock"))
def clock(_at: datetime) -> Answer:
    """The server's clock, the database's and the file system's must agree: due dates are read off all three."""
    ours = datetime.now(UTC)
    database_now = datetime.fromisoformat(dumps.ask_now(NOW[connection.vendor])[0][0]).replace(tzinfo=UTC)
    with tempfile.NamedTemporaryFile(dir=settings.DATA, prefix=".clock-") as file:
        off_disk = abs(Path(file.name).stat().st_mtime - time.time())
    off = max(abs(database_now - ours), timedelta(seconds=off_disk))
    if off > SKEW:
        seconds = int(off.total_seconds())
        return bad(
            _("The clocks of this machine, the database and the disk differ by %(n)s seconds.") % {"n": seconds},
            _("Set all of them by one time server (systemd-timesyncd or chrony): due dates depend on it."),
        )
    return well(_("This machine, the database and the disk agree on the time."))


@check("permissions", gettext_lazy("Who can read the files"))
def permissions(_at: datetime) -> Answer:
    private = {settings.KEY_FILE: 0o077, settings.DATA: 0o007}  # a group may be let into the data, for the static files
    named = " ".join(str(path) for path, mask in private.items() if path.exists() and path.stat().st_mode & mask)
    if named:
        return bad(_("Others on this machine can read %(paths)s.") % {"paths": named}, f"chmod go-rwx {named}")
    return well(_("Keys and data are readable by their owner alone."))


@check("keys", gettext_lazy("Key file"))
def keys(_at: datetime) -> Answer:
    if settings.KEY_FILE.resolve().is_relative_to(settings.DATA.resolve()):
        return look(
            _("The keys lie in the data folder, beside what they seal."),
            _("Move them elsewhere, name the place in LINLI_KEYS, and keep a copy: linli backup --keys FILE"),
        )
    return well(_("The keys lie apart from the data."))


@check("stores", gettext_lazy("Data folder"))
def data_folder(_at: datetime) -> Answer:
    strange = stores.undeclared()
    if strange:
        return look(
            _("Not in any backup: %(names)s.") % {"names": ", ".join(strange)},
            _("Linli does not know these. Move them out of the data folder."),
        )
    return well(_("Everything in it is in the backup or can be made again."))


@check("settings", gettext_lazy("Settings"))
def settings_fit(_at: datetime) -> Answer:
    if settings.DEBUG:
        return bad(_("LINLI_DEBUG shows the inside of Linli to everybody."), _("Take LINLI_DEBUG away."))
    address = urlsplit(settings.ADDRESS)
    if address.hostname not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return bad(
            _("LINLI_ADDRESS names %(host)s, and Linli does not answer to it.") % {"host": address.hostname},
            _("Add it to LINLI_HOSTS."),
        )
    if "*" in settings.ALLOWED_HOSTS:
        return bad(_("LINLI_HOSTS lets any host name in."), _("Name the one that people type."))
    if address.hostname in {"localhost", "127.0.0.1"}:
        return look(
            _("LINLI_ADDRESS is this machine: links in messages lead nowhere."), _("Set it to what people type.")
        )
    if not settings.HTTPS or address.scheme != "https":
        return bad(
            _("People reach Linli without encryption."),
            _("Put a proxy with a certificate in front (deploy/nginx.conf) and set LINLI_HTTPS=1."),
        )
    return well(_("Host names, address and encryption fit together."))


@check("mail", gettext_lazy("Mail and text messages"))
def mail(_at: datetime) -> Answer:
    filed = [channel for channel, way in settings.CHANNELS.items() if way.partition(":")[0] == "file"]
    server = urlsplit(settings.CHANNELS["mail"])
    if server.scheme in {"smtp", "smtps"} and server.hostname:
        port = server.port or (465 if server.scheme == "smtps" else 587)
        try:
            socket.create_connection((server.hostname, port), TIMEOUT).close()
        except OSError:
            return bad(
                _("The mail server %(host)s does not answer at port %(port)s.")
                % {"host": server.hostname, "port": port},
                _("Check LINLI_MAIL, and whether a firewall stands between."),
            )
    if filed:
        return look(
            _("These messages go into a file and reach nobody: %(channels)s.") % {"channels": ", ".join(filed)},
            _("Set LINLI_MAIL, LINLI_SMS and LINLI_PUSH, or leave those out that you do not offer."),
        )
    return well(_("The mail server answers."))


@check("jobs", gettext_lazy("Work in the background"))
def queue(at: datetime) -> Answer:
    waited = jobs.oldest_due(at=at)
    if waited > LATE:
        answer = bad if waited > VERY_LATE else look
        return answer(
            _("The oldest job has waited for %(age)s.") % {"age": age(waited)},
            _("Does linli jobs run? See: systemctl status linli-jobs"),
        )
    return well(_("No job waits for long."))


@check("kernels", gettext_lazy("Calculations"))
def calculations(_at: datetime) -> Answer:
    known, found = len(kernels.registered()), kernels.condition()
    if found is None and known:
        return look(
            _("The kernel worker does not run. Maps and figures are calculated all the same, but more slowly."),
            _("Does linli kernels run? See: systemctl status linli-kernels"),
        )
    if found is not None and (failed := found.count("failed")):
        return look(
            ngettext(
                "%(n)s calculation cannot be compiled and is made more slowly.",
                "%(n)s calculations cannot be compiled and are made more slowly.",
                failed,
            )
            % {"n": failed},
            _("Look for the reason: journalctl -u linli-kernels"),
        )
    if found is not None and (warming := found.count("warming")):
        says = _("%(n)s of %(all)s calculations are still being compiled, and are made more slowly until then.")
        return well(says % {"n": warming, "all": len(found.states)})
    return well(_("Every calculation is compiled and at hand."))


def calculations_line(_at: datetime) -> str | None:
    """What /healthz says of the kernel worker: nothing where nobody has a kernel."""
    if not kernels.registered():
        return None
    found = kernels.condition()
    return "away" if found is None else f"{found.count('warm')} of {len(found.states)} ready"


health.tell("kernels", calculations_line)


@check("dead", gettext_lazy("Jobs that failed"))
def dead(_at: datetime) -> Answer:
    number = Job.objects.filter(done_at=None, dead_at__isnull=False).count()
    if number:
        words = ngettext("%(n)s job failed five times.", "%(n)s jobs failed five times.", number) % {"n": number}
        return look(words, _("Look at /jobs/: try again, or drop what is not needed any more."))
    return well(_("No job has failed for good."))


@check("outbox", gettext_lazy("News between the parts"))
def lag(at: datetime) -> Answer:
    behind = outbox.lag(at=at)
    if behind > LATE:
        answer = bad if behind > VERY_LATE else look
        return answer(
            _("The slowest reader is %(age)s behind.") % {"age": age(behind)},
            _("Does linli jobs run? Otherwise a job has failed: look at /jobs/."),
        )
    return well(_("Every reader is up to date."))


@check("deliveries", gettext_lazy("Messages to people"))
def deliveries(at: datetime) -> Answer:
    failed = Delivery.objects.filter(status=Delivery.Status.FAILED, created_at__gt=at - timedelta(days=2)).count()
    if failed:
        words = ngettext("%(n)s message could not be sent.", "%(n)s messages could not be sent.", failed)
        return look(words % {"n": failed}, _("Look at /deliveries/ for the reason."))
    return well(_("What was to be sent in the last two days was sent."))


@check("backup", gettext_lazy("Backup"))
def last_backup(at: datetime) -> Answer:
    if settings.BACKUPS is None:
        return bad(_("No daily backup is made."), _("Name a folder on another disk in LINLI_BACKUPS."))
    newest = backup.newest_age(at)
    if newest is None:
        return bad(
            _("There is no backup in %(folder)s yet.") % {"folder": settings.BACKUPS},
            _("Run linli backup, and see whether linli jobs runs."),
        )
    says = _("The newest backup is %(age)s old.") % {"age": age(newest)}
    if newest > OLD_BACKUP:
        return bad(says, _("Look at /jobs/ for the reason: it is made once a day."))
    return well(says)
