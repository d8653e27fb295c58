"""What operators' systems publish to `v1.1/Datastreams(5)/Observations`: made by the same code as over HTTP."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError, connection

from linli.core.errors import Busy, DomainError
from linli.sensing.domain.refusals import Away

log = logging.getLogger(__name__)
Taker = Callable[[str, bytes, datetime], None]
_taker: list[Taker] = []


def offer_taker(taker: Taker) -> None:
    """Say who makes an observation of a topic, a payload and the instant of its arrival."""
    _taker[:] = [taker]


def take_published(topic: str, payload: bytes, received: int) -> None:
    """Make the observation. What does not fit is refused, and there is nobody to tell.

    received: µs.  Raises Away where the disk or the database does not take it now; whoever holds it gives it again.
    """
    if not _taker:
        return
    try:
        _taker[0](topic, payload, datetime.fromtimestamp(received / 1_000_000, UTC))
    except Away:
        raise
    except (Busy, OperationalError, InterfaceError) as error:
        raise Away from error
    except DomainError as error:
        log.info("an observation published by MQTT was refused: %s", error.code)
    except Exception:  # given again it would fail again, and nothing behind it would ever be taken
        log.exception("an observation published by MQTT could not be made")
    finally:
        connection.close()
