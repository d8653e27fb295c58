"""What hazards do by themselves: answer whoever pointed one out, and forget premises that closed long ago."""

from datetime import timedelta

from django.utils.timezone import now

from linli.core.jobs import periodic
from linli.core.outbox import Message, consumer
from linli.hazards.domain.premises import forget_closed
from linli.hazards.domain.telling import STILL_TRUE, tell_who_pointed_it_out


@consumer("hazards.answer", topics=sorted(STILL_TRUE))
def answer_who_pointed_it_out(message: Message) -> None:
    """Tell whoever pointed it out, if a way to reach them was given."""
    tell_who_pointed_it_out(message)


@periodic("hazards.forget_premises", every=timedelta(days=1))
def forget_premises() -> None:
    forget_closed(at=now())
