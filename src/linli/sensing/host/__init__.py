"""The rules at work over what comes in: one operator for each log, inside `linli sensing`.

    host = Host(store, folder, kernel=True)    # store: open for writing; folder: where snapshots lie
    host.open()                                # restores, replays, and brings rules and devices up to date
    host.rows(log)                             # after each commit: takes what is new in this log, up to its end
    host.tick(now)                             # every second or so; now: aware datetime
    host.close()

or, with threads of its own, so that whoever commits waits neither for rules nor for the database:

    host.start()                               # `open`, then follows the logs that `wake` names, ticks, takes snapshots
    host.wake(log)                             # after each commit; returns at once
    host.failed                                # the error that ended a thread; None while all is well
    host.stop()

What the operator sees is what the log says, in its order, and nothing else: ticks, rules and devices are control
records in the log, and the host acts on them only when it reads them. So a replay gives the same alerts, with the same
ids.

Control records: "tick" {"now"}, "rules" {"at", "rules", "hours"}, "streams" {"put", "gone"}; instants in microseconds.
"""

from linli.sensing.host.host import Host

__all__ = ["Host"]
