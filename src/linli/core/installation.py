"""The office that this database serves."""

from linli.core.models import Installation


def set_installation(*, name: str, name_en: str, root_path: str, demo: bool) -> Installation:
    """Say which office this is. The mark of a demonstration is set once, on an empty database, and stays."""
    row, fresh = Installation.objects.get_or_create(
        pk=1, defaults={"name": name, "name_en": name_en, "root_path": root_path, "demo": demo}
    )
    if not fresh:
        row.name, row.name_en, row.root_path = name, name_en, root_path
        row.save(update_fields=["name", "name_en", "root_path"])
    return row


def is_installed() -> bool:
    return Installation.objects.exists()
