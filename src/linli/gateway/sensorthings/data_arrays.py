"""Observations told as data arrays: one list of values for each, and the names of the values once a datastream."""

from typing import Any

from linli.gateway.sensorthings.entities import DATASTREAM, OBSERVATION
from linli.gateway.sensorthings.paths import Collection
from linli.gateway.sensorthings.query import Query
from linli.gateway.sensorthings.rendering import Renderer, plain
from linli.gateway.sensorthings.selecting import select

COMPONENTS = ("id", "phenomenonTime", "result", "resultTime", "resultQuality", "validTime", "parameters")


def as_data_array(renderer: Renderer, collection: Collection, query: Query, address: str) -> dict[str, Any]:
    """A page of observations, grouped by datastream in the order in which these first appear."""
    page = select(collection, query, renderer.relations)
    components = [name for name in query.select or COMPONENTS if name in OBSERVATION.props]
    reads = [OBSERVATION.props[name].read for name in components]
    groups: dict[int, list[list[Any]]] = {}
    for row in page.rows:
        groups.setdefault(row.datastream_id, []).append([plain(read(row)) for read in reads])
    told: dict[str, Any] = {} if page.count is None else {"@iot.count": page.count}
    if page.more and query.size:
        told["@iot.nextLink"] = f"{address}?{query.after()}"
    told["value"] = [
        {
            "Datastream@iot.navigationLink": renderer.link(DATASTREAM, key),
            "components": components,
            "dataArray@iot.count": len(rows),
            "dataArray": rows,
        }
        for key, rows in groups.items()
    ]
    return told
