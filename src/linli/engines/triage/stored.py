"""A model as bytes and back: arrays and JSON only, never pickle, so that a model file cannot run anything."""

import json
from io import BytesIO
from zipfile import BadZipFile

import numpy as np

from linli.engines.triage.model import Model

FORMAT = 1
ARRAYS = {"keys": "uint64", "telling": "float32", "weights": "float32", "bias": "float32"}


class Unreadable(ValueError):
    """These bytes are not a model of this format."""


def pack(model: Model) -> bytes:
    """The model as an npz archive; the same model gives the same bytes."""
    about = {
        "format": FORMAT, "labels": model.labels, "sizes": model.sizes, "head": model.head,
        "sharpness": model.sharpness, "threshold": model.threshold,
    }  # fmt: skip
    written = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), np.uint8)
    kept = BytesIO()
    np.savez_compressed(kept, about=written, **{name: getattr(model, name) for name in ARRAYS})
    return kept.getvalue()


def unpack(data: bytes) -> Model:
    """The model in these bytes.

    Raises:
        Unreadable: they are damaged, hold an object, or their arrays do not fit each other.
    """
    try:
        with np.load(BytesIO(data), allow_pickle=False) as archive:
            about = json.loads(archive["about"].tobytes())
            arrays = {name: archive[name] for name in ARRAYS}
        if about["format"] != FORMAT:
            raise Unreadable(f"format {about['format']}")
        model = Model(
            labels=tuple(about["labels"]), sizes=tuple(about["sizes"]), head=int(about["head"]),
            sharpness=float(about["sharpness"]), threshold=float(about["threshold"]), **arrays,
        )  # fmt: skip
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, EOFError, OSError, BadZipFile, NotImplementedError) as error:
        raise Unreadable(type(error).__name__) from error
    _check(model)
    return model


def _check(model: Model) -> None:
    width, height = len(model.labels), len(model.keys)
    fits = (
        all(getattr(model, name).dtype == kind for name, kind in ARRAYS.items())
        and (model.keys.shape, model.telling.shape) == ((height,), (height,))
        and (model.weights.shape, model.bias.shape) == ((height, width), (width,))
        and bool(np.all(model.keys[1:] > model.keys[:-1]))
        and all(bool(np.isfinite(getattr(model, name)).all()) for name in ("telling", "weights", "bias"))
    )
    if not fits:
        raise Unreadable("the arrays do not fit each other")
