"""What the store says when it cannot do what it was asked."""


class StoreError(RuntimeError):
    """Base of all."""


class StoreBusy(StoreError):
    """Another process writes."""


class StoreFailed(StoreError):
    """A commit failed; the store must be opened anew before anything is written."""


class StoreDamaged(StoreError):
    """Bytes that were sealed are missing or wrong."""


class SchemaError(StoreError, ValueError):
    """Rows or corrections that do not fit the columns of an observation."""
