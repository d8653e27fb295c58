"""A service window for tests: the 48 items, and what people do with one of them."""

from datetime import datetime
from uuid import uuid4

from linli.services.domain.applying import Application, Applied, apply_for
from linli.services.domain.catalogue import Standing, catalogue, load_starter_items
from linli.services.domain.handling import VERBS, fresh
from linli.services.enums import Channel
from linli.services.models import Request, RequestMaterial
from tests.neighbourhood import LONG_AGO, Street

ONE_PAPER, PASSED_ON = "senior_allowance", "residence_permit"


def open_window() -> None:
    load_starter_items(at=LONG_AGO)


def standing(code: str, at: datetime) -> Standing:
    known = catalogue()
    found = known.on(next(item for item in known.items if item.code == code), at.date())
    assert found is not None
    return found


def ask(street: Street, code: str = PASSED_ON, *, channel: Channel = Channel.ONLINE, **changes: object) -> Applied:
    """Somebody asks for an item, on the page where nothing else is said."""
    at = changes.pop("at", street.now)
    more = {name: changes.pop(name) for name in ("account", "by", "desk", "action") if name in changes}
    options = standing(code, at).content.options
    given = {"applicant": "钱宝珍", "choice": options[0].key, **changes}
    return apply_for(
        asked=Application(code=code, **given), channel=channel, at=at, **{"by": None, "action": uuid4(), **more}
    )


def missing(request: Request) -> list[str]:
    return list(RequestMaterial.objects.filter(request=request, held="asked").values_list("key", flat=True))


def step(street: Street, request: Request, name: str, role: str = "window_clerk", **given: object) -> Request:
    """One step by one post, on the version as it stands."""
    now = fresh(request)
    at = given.pop("at", street.now)
    return VERBS[name](request=now, version=now.procedure.version, by=street.by(role), at=at, action=uuid4(), **given)
