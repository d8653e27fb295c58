"""What observations need beside the service that writes them."""

from linli.core.jobs import Lease, job
from linli.sensing.domain.forgetting import JOB, forget_stream


@job(JOB, steps=True)
def forget_what_a_stream_saw(lease: Lease, stream: int) -> None:
    """Take away what was observed of a datastream that was deleted."""
    forget_stream(stream, beat=lease.renew)
