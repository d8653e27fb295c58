"""Observations outside the database: Arrow segments by hour of arrival, compacted to Parquet, durable and checkable.

No Django, no clock but the one given. All instants are int64 microseconds since 1970 UTC.

Store::

    store = Store(folder, installation="…")              # opens or makes it, to write; StoreBusy if another does
    store = Store(folder, writable=False)                # any number of readers beside it; a missing folder is empty
    log = store.log(estate="<path>", stream="main")      # or "care"; made on first use when writable, else LookupError
    store.logs() -> list[Log]                            # log.number 1..1023, log.estate, log.stream
    ids = log.append(batch) -> np.ndarray[int64]         # a RecordBatch of SCHEMA; missing nullable ones become null
    log.control(kind, payload: dict)                     # "tick", "watermark", "rules", "consent", …; in order
    store.correct(id, {column: value}); store.delete(id) # LookupError if there is no such id; ids stay
    store.commit()                                       # writes and fsyncs all of the above; then an id is durable
    store.close()                                        # commits nothing; also a context manager

`append`, `control`, `correct` and `delete` only buffer: nothing of them is seen by scan, get or read before `commit`.
All may be called from several threads; the store locks inside, and rows may be appended while a commit waits for the
disk (they go with the next one). A commit that fails (full disk) closes the store for writing: StoreFailed from then
on; open it anew, what was not committed is lost and was never acknowledged.

Reading in order (rules, replay)::

    for frame in log.read(after: Position | None): ...   # Frame(position, kind, batch | payload, ids)
        frame.kind == "rows": frame.batch (SCHEMA), frame.ids (int64, same length)
        else: frame.payload (dict); kind is that of `control`, or "correct" / "delete" (rules pass these by)
    str(position), Position.parse(text)                  # for snapshots; stays right after compaction and retention
    log.end -> Position                                  # where a reader that wants only what is new begins

`read` ends at the last whole frame; in the writing process at the last committed one. Call it again with the position
of the last frame to go on.

Reading by question (corrections applied, statistics used; the care stream only where `streams` names it)::

    store.scan(datastreams=[…] | None, since=None, until=None, columns=None, newest_first=False, limit=None,
               streams=("main",), estates=None) -> Iterator[pa.RecordBatch]
        # columns of SCHEMA in the order asked, then `id` int64; since <= at < until;
        # rows in order of (at, id), descending with newest_first
    store.get(id) -> dict | None                         # a row with its id, deleted and dropped ones are None
    store.latest(datastreams) -> dict[int, dict]         # the row with the greatest (at, id) of each
    store.series(datastream, since, until, points) -> Series(times, mean, min, max)
        # NumPy arrays, at most `points` long, finite numbers only; times is where a bucket begins; rows as they are
        # where they are no more than `points`
    store.count(datastreams=None, since=None, until=None) -> int

Keeping::

    store.compact(before, keep_raw=48 h)                 # seals hours that ended before, packs them, merges whole days
    store.retain({datastream: days}, now)                # drops rows older; care: whole hours after 48 h; no bytes stay
    store.verify() -> list[Finding]                      # Finding(file, offset, words); [] when all is as it should be
    store.backup_paths() -> list[Path]                   # all that a backup may take: nothing of the care stream

Both may run in a thread of the writing process while it appends and commits. `retain` goes by `at`; a datastream that
is not named keeps all. Ids: log (10 bits, >= 1) | segment (20) | row (23): `pack_id(log, segment, row)` and
`unpack_id(ids)` take and give integers or arrays.
"""

from linli.sensing.segments.asking import Series
from linli.sensing.segments.errors import SchemaError, StoreBusy, StoreDamaged, StoreError, StoreFailed
from linli.sensing.segments.ids import pack_id, unpack_id
from linli.sensing.segments.logs import Log
from linli.sensing.segments.positions import Frame, Position
from linli.sensing.segments.schema import SCHEMA
from linli.sensing.segments.store import Store
from linli.sensing.segments.verifying import Finding

__all__ = [
    "SCHEMA",
    "Finding",
    "Frame",
    "Log",
    "Position",
    "SchemaError",
    "Series",
    "Store",
    "StoreBusy",
    "StoreDamaged",
    "StoreError",
    "StoreFailed",
    "pack_id",
    "unpack_id",
]
