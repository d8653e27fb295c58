"""The name of an alert: the same however often, in whatever batches and by whatever process it is found."""

from hashlib import blake2b


def alert_id(installation: str, lineage: str, version: int, key: str, completed: int) -> str:
    """32 hex digits of installation, rule, semantic version, key and the instant that completed the pattern."""
    parts = (installation, lineage, str(version), key, str(completed))
    said = "".join(f"{len(part)}:{part}" for part in parts)
    return blake2b(said.encode(), digest_size=16).hexdigest()
