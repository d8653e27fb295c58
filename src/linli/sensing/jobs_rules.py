"""What rules at work need beside the host: trying versions on the past, asking their owners, forgetting."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from linli.core.jobs import Lease, LeaseLost, job, periodic
from linli.sensing.domain.backtest import JOB, fail_backtest, forget_backtests, run_backtest
from linli.sensing.domain.rule_figures import ask_owners
from linli.sensing.domain.rulebook import give_owners


@job(JOB, steps=True)
def backtest(lease: Lease, uuid: str) -> None:
    try:
        run_backtest(UUID(uuid), step=lease.step)
    except LeaseLost:
        raise
    except Exception:
        fail_backtest(UUID(uuid))  # it is tried again; until that is done the page says so
        raise


@periodic("sensing.ask_owners", every=timedelta(hours=6))
def ask_owners_of_rules() -> None:
    """Ask the owners of rules that call wrongly too often, or are due for review, to look at them."""
    give_owners()
    ask_owners(at=timezone.now())


@periodic("sensing.forget_seen", every=timedelta(hours=1))
def forget_what_was_seen() -> None:
    """Delete old backtests, and what the rules had seen of care checks, 48 hours later."""
    from linli.sensing.host.snapshots import forget_care  # the engine is loaded by the worker alone

    forget_backtests(at=timezone.now())
    forget_care(Path(settings.SENSING) / "rules", timezone.now())
