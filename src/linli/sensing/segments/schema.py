"""The columns of one observation."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from linli.sensing.segments.errors import SchemaError

SCHEMA = pa.schema(
    [
        pa.field("datastream", pa.int32(), nullable=False),
        pa.field("at", pa.int64(), nullable=False),  # phenomenon time, its start
        pa.field("until", pa.int64()),  # its end
        pa.field("received", pa.int64(), nullable=False),
        pa.field("result_time", pa.int64()),
        pa.field("number", pa.float64()),  # a truth value is 0 or 1
        pa.field("text", pa.string()),  # any other result, as JSON
        pa.field("feature", pa.int32()),
        pa.field("extra", pa.string()),  # parameters, resultQuality, validTime: a JSON object
        pa.field("message", pa.uint64()),  # hash of device and message id
    ]
)
REQUIRED = tuple(field.name for field in SCHEMA if not field.nullable)
# Who sent it and when it came is what happened; a correction does not change that.
CORRECTABLE = frozenset(SCHEMA.names) - {"received", "message"}


def conform(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same rows with exactly the columns of SCHEMA; missing nullable columns are null.

    Raises:
        SchemaError: a column that SCHEMA does not know, a required one that is missing or null, or a wrong type.
    """
    if not batch.schema.equals(SCHEMA):
        batch = _cast(batch)
    for name in REQUIRED:
        if batch.column(name).null_count:
            raise SchemaError(f"Column {name} has empty values; every observation needs one.")
    return batch


def _cast(batch: pa.RecordBatch) -> pa.RecordBatch:
    names = set(batch.schema.names)
    if unknown := sorted(names - set(SCHEMA.names)):
        raise SchemaError(f"Unknown columns: {', '.join(unknown)}.")
    if missing := sorted(set(REQUIRED) - names):
        raise SchemaError(f"Missing columns: {', '.join(missing)}.")
    try:
        columns = [
            batch.column(field.name).cast(field.type) if field.name in names else pa.nulls(batch.num_rows, field.type)
            for field in SCHEMA
        ]
    except pa.ArrowInvalid as error:
        raise SchemaError(f"A column has the wrong type: {error}") from error
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a correction as SCHEMA's types.  Raises SchemaError for a column that cannot be corrected."""
    if unknown := sorted(set(changes) - CORRECTABLE):
        raise SchemaError(f"These columns cannot be corrected: {', '.join(unknown)}.")
    values: dict[str, Any] = {}
    for name, value in changes.items():
        field = SCHEMA.field(name)
        if value is None and not field.nullable:
            raise SchemaError(f"Column {name} needs a value.")
        try:
            values[name] = pa.scalar(value, field.type).as_py()
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
            raise SchemaError(f"Column {name} has the wrong type: {error}") from error
    return values
