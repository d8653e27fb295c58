"""Which class a message reads like, by the model in use. It only proposes; whoever files decides.

Web processes read with NumPy alone and load the model when first asked. A file whose hash is not the one in the
database is not read at all.
"""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from linli.cases.domain.catalogue import catalogue
from linli.cases.models import CaseClass, TriageModel
from linli.core import stores
from linli.core.kept import Watched
from linli.core.stores import Keep, Store
from linli.engines.triage import Model, Unreadable, unpack

logger = logging.getLogger(__name__)

TRIAGE = Watched("triage")
MOST_SURE = 99  # per cent: a reading is never certain


@dataclass(frozen=True)
class InUse:
    """The model in use and its row."""

    row: TriageModel
    model: Model


@dataclass(frozen=True)
class Proposed:
    klass: CaseClass
    percent: int
    probability: float


@dataclass(frozen=True)
class Proposal:
    """What a message reads like: classes in force, the most probable first, and the words that spoke for it."""

    choices: tuple[Proposed, ...]
    because: tuple[str, ...]
    unsure: bool


@TRIAGE.kept
def in_use() -> InUse | None:
    """The model in use; none where none was learnt, or its file is not as it was written."""
    row = TriageModel.objects.filter(active=True).first()
    if row is None:
        return None
    try:
        data = model_file(row.sha256).read_bytes()
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise Unreadable("another hash")
        return InUse(row, unpack(data))
    except (OSError, Unreadable) as error:
        logger.error("the triage model %s cannot be read: %s", row.sha256[:12], type(error).__name__)
        return None


def models_folder() -> Path:
    return Path(settings.TRIAGE)


stores.declare(Store("triage", models_folder, Keep.AFTER))  # rows name the files by their hashes


def model_file(sha256: str) -> Path:
    return models_folder() / f"{sha256}.npz"


def propose_class(text: str) -> Proposal | None:
    """What a text reads like; none where there is no model, or nothing to read."""
    used = in_use()
    if used is None or not text.strip():
        return None
    reading = used.model.read(text)
    known = ((catalogue().named(choice.label), choice.probability) for choice in reading.choices)
    choices = tuple(Proposed(klass, min(MOST_SURE, round(100 * sure)), sure) for klass, sure in known if klass)
    because = tuple(text[span.start : span.end].strip() for span in reading.because)
    # The first may be of a class that is no longer in force.
    stands = bool(choices) and choices[0].klass.code == reading.choices[0].label
    return Proposal(choices, because, unsure=reading.unsure or not stands)
