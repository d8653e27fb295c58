from django.apps import AppConfig


class WorldConfig(AppConfig):
    name = "linli.world"
    label = "world"

    def ready(self) -> None:
        from linli.cases.domain.lessons import offer_lessons
        from linli.world import jobs, stores  # noqa: F401  registers its jobs, and where it writes
        from linli.world.lessons import lessons

        offer_lessons("world", lessons)
