"""Which topics of the broker a device may use."""

from linli.sensing.models import Device


def topic_prefix(code: str) -> str:
    """What every topic of a device begins with; it may write beneath it and nowhere else."""
    return f"linli/{code}/"


def topics_of(device: Device) -> list[str]:
    """The topics it writes to: one for each property that it observes. Two statements at most."""
    codes = device.thing.datastreams.values_list("observed_property__code", flat=True)
    return [f"{topic_prefix(device.code)}{code}" for code in codes if code]
