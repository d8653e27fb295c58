"""Which topic of the broker a device writes to; `linli.gateway.mqtt.topics` gives it the right to that one alone."""


def topic_of(code: str) -> str:
    """Where a device says what it observed."""
    return f"linli/v1/{code}/up"
