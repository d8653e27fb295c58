"""What the station hears of duty phones: the steps of a call become the steps of a call-out, in one transaction."""

from linli.sensing.domain.calls import CallEvent, Step
from linli.station.domain.call_outs import acknowledge, arrive, call_out


def hear(event: CallEvent) -> None:
    """Keep the station's book. Calls to others leave no trace in it; a sealed case is never written there."""
    if event.case.procedure.sealed:
        return
    if event.step == Step.CALLED:
        call_out(case=event.case, post=event.post, at=event.at)
    elif event.step == Step.ANSWERED:
        acknowledge(case=event.case, post=event.post, account=event.account, at=event.at)
    else:
        arrive(case=event.case, post=event.post, at=event.at)
