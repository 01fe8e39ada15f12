"""``/networks`` and ``/network/data``: what there is to train, and what anyone needs for it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.network import trainings
from app.api.queries.base import ListQuery
from app.api.queries.network import NetworkQuery, NetworkRowsQuery
from app.api.queries.parameters import check_replica
from app.api.schemas import network as schemas
from app.language.speech import translated
from app.science.errors import ParameterError
from app.science.networks.activations import ACTIVATIONS
from app.science.networks.data import DATA_SETS
from app.science.networks.data.data_set import DataSet, Examples
from app.science.networks.losses import LOSSES
from app.science.networks.spec import NetworkSpec
from app.web.responses import Text, csv_response, documented, json_response, wanted_format

router = APIRouter(prefix=API, tags=["networks"])

DATA_TABLE = Text("text/csv", description="A row a data set")
ROWS_TABLE = Text("text/csv", description="A row an example: its part, inputs and y")


@router.get("/networks", responses=documented(schemas.NetworksAnswer, DATA_TABLE))
def list_networks(request: Request, query: Annotated[ListQuery, Query()]) -> Response:
    """Data sets, losses, activations, and the bounds and defaults of a network's parameters."""
    described = [_described(each) for each in DATA_SETS.values()]
    if wanted_format(request, query.format) == "csv":
        columns = [name for name in described[0] if name not in ("classes", "columns")]
        columns.remove("learning_rate")
        return csv_response(
            request, columns, [[each[name] for name in columns] for each in described], "networks"
        )
    properties = NetworkQuery.model_json_schema()["properties"]
    return json_response(
        request,
        {
            "data": described,
            "losses": {name: loss.latex for name, loss in LOSSES.items()},
            "activations": [*ACTIVATIONS],
            "parameters": {name: properties[name] for name in sorted(NetworkQuery.deciding())},
        },
    )


@router.get(
    "/network/data",
    responses=documented(schemas.NetworkRowsAnswer, ROWS_TABLE),
    openapi_extra=schemas.SHORT,
)
def get_network_data(request: Request, query: Annotated[NetworkRowsQuery, Query()]) -> Response:
    """The rows and first weights of one replica, in full, to train it anywhere."""
    check_replica(query.replica, query.replicas)
    trainings(query)
    spec = query.spec
    split = spec.split(query.replica)
    if wanted_format(request, query.format) == "csv":
        columns = ("part", *spec.data_set.columns[: spec.inputs], "y")
        rows = (
            (name, *x, y)
            for name, part in zip(split._fields, split, strict=True)
            for x, y in zip(part.x.tolist(), _targets(spec, part), strict=True)
        )
        return csv_response(request, columns, rows, "network-data")
    layers = spec.network.layers
    return json_response(
        request,
        {
            **{
                name: {"x": part.x, "y": _targets(spec, part)}
                for name, part in zip(split._fields, split, strict=True)
            },
            "weights": layers.told(spec.weights(query.replica)),
            "layers": layers.shapes,
        },
    )


def _targets(spec: NetworkSpec, part: Examples) -> list[Any]:
    """The target itself where there is one output, else the number of the class."""
    y = spec.rows(part).y
    values: list[Any] = y[:, 0].tolist() if y.shape[1] == 1 else part.labels.tolist()
    return values


def _described(data: DataSet) -> dict[str, Any]:
    try:
        data.check()
        installed = True
    except ParameterError:
        installed = False
    return {
        "id": data.id,
        "title": translated(data.title),
        "description": translated(data.description),
        "source": translated(data.source),
        "classes": data.classes,
        "columns": data.columns,
        "noise": data.noise,
        "learning_rate": dict(data.learning_rates),
        "most_examples": data.most,
        "installed": installed,
    }
