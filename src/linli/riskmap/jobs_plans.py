"""Working out the exact answer to a plan."""

from uuid import UUID

from linli.core.jobs import Lease, LeaseLost, job
from linli.riskmap.domain.plans import JOB, fail_exact, run_exact


@job(JOB, steps=True)
def exact(lease: Lease, uuid: str, version: int) -> None:
    try:
        run_exact(UUID(uuid), version, step=lease.step)
    except LeaseLost:
        raise
    except Exception:
        fail_exact(UUID(uuid))  # it is tried again; until that is done the page says so
        raise
