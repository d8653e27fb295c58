from django.apps import AppConfig


class WorldConfig(AppConfig):
    name = "linli.world"
    label = "world"

    def ready(self) -> None:
        from linli.world import jobs  # noqa: F401  registers its jobs
