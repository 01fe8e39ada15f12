"""``/code`` and ``/network/code``: the Python that reproduces a query's runs."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response

from app.api import API
from app.api.compute.network import trainings
from app.api.compute.runs import get_planned
from app.api.compute.statistics import get_statistics
from app.api.dependencies import CacheDependency
from app.api.queries.network import NetworkQuery, NetworkReplicaQuery, linked_network
from app.api.queries.parameters import check_replica, one_of, resolve_batch_sizes
from app.api.queries.resolved import resolved
from app.api.queries.rules import RulesQuery, check_one_rule
from app.api.queries.run import RunQuery, linked
from app.api.queries.statistics import BothQuery, MatesQuery, RunningQuery
from app.api.queries.surfaces import SurfaceQuery
from app.export.network import network_script
from app.export.script import script
from app.export.settings import Links
from app.export.statistics import LIBRARIES as STATISTICS_LIBRARIES
from app.export.statistics import OF, statistics_script
from app.export.templates import LIBRARIES, NOTEBOOK, filename
from app.science.message import Message
from app.science.problems.fitted import MODEL
from app.web.address import address
from app.web.responses import Text, cacheable, documented

router = APIRouter(prefix=API, tags=["code"])

Library = Annotated[
    str,
    *one_of(LIBRARIES),
    Path(description="What the code is written with; notebook fetches the paths as a figure"),
]
StatisticsLibrary = Annotated[
    str,
    *one_of(STATISTICS_LIBRARIES),
    Path(description="What the code is written with"),
]
OF_ONE_RULE = Message("one update rule: a script is of one; ask for each of them")
SCRIPT = Text("text/x-python", description="A Python script, or a notebook's cell")


@router.get("/code/{library}", response_class=Response, responses=documented(None, SCRIPT))
def get_code(
    request: Request,
    cache: CacheDependency,
    library: Library,
    query: Annotated[RulesQuery, Query()],
) -> Response:
    """A Python script that reproduces every path of ``/paths`` for the same query, to 1e-9.

    It asks the server for the examples alone, and draws batches and makes updates by itself. A
    script is of one update rule; the notebook's cell may be of several.
    """
    asked = get_planned(cache, query)
    if library != NOTEBOOK:
        check_one_rule(query.optimizer, OF_ONE_RULE)
    surface = asked.problem.surface
    asked.problem.check_start(asked.start)  # as a run would, but none is made
    text = script(library, surface, asked.plans, asked.parameters, _links(request, query))
    return _answered(request, text, filename(library))


def _links(request: Request, query: RunQuery) -> Links:
    """Addresses on the server, as the client reached it, of what the script speaks of."""
    asked = linked(query)
    data = {name: asked[name] for name in sorted(SurfaceQuery.deciding() & {*asked} - {"surface"})}
    api = f"{address(request)}{API}"
    return Links(
        runs=_link(f"{api}/paths", asked),
        examples=_link(f"{api}/surfaces/{query.surface}/examples", data | {"format": "csv"}),
        figure=_link(f"{api}/figures/paths", asked),
    )


@router.get("/network/code/{library}", response_class=Response, responses=documented(None, SCRIPT))
def get_network_code(
    request: Request,
    library: Library,
    query: Annotated[NetworkReplicaQuery, Query()],
) -> Response:
    """A Python script that trains one replica of ``/network`` for the same query, to 1e-9.

    It draws rows, weights and batches by itself; rows from a file it asks the server for.
    """
    check_replica(query.replica, query.replicas)
    if library != NOTEBOOK:
        check_one_rule(query.optimizer, OF_ONE_RULE)
    plans = tuple(training.plan for training in trainings(query))
    parameters = resolved(query, NetworkQuery)
    links = _network_links(request, query)
    text = network_script(library, query.spec, plans, parameters, query.replica, links)
    return _answered(request, text, filename(library, "network"))


@router.get(
    "/batch-statistics/code/{library}", response_class=Response, responses=documented(None, SCRIPT)
)
def get_statistics_code(
    request: Request,
    cache: CacheDependency,
    library: StatisticsLibrary,
    query: Annotated[BothQuery, Query()],
) -> Response:
    """A Python script with the numbers of the figures of batch statistics, to 1e-9.

    Keras is left out: its running variance is another one, and it goes on at a batch of 1.
    """
    neuron = get_statistics(cache, query).neuron
    given = query.model_dump(include=BothQuery.deciding(), exclude_defaults=True)
    given["batch_size"] = query.batch_size  # of which the two figures have other defaults
    examples = {name: given[name] for name in sorted(SurfaceQuery.deciding() & {*given})}
    examples.pop("surface", None)
    if query.surface == MODEL:  # whose points say how many they are
        given.pop("examples", None)
        examples.pop("examples", None)
    of_mates = {name: given[name] for name in given if name in MatesQuery.model_fields}
    of_running = {name: given[name] for name in given if name in RunningQuery.model_fields}
    api = f"{address(request)}{API}"
    links = Links(
        runs=_link(f"{api}/figures/running-statistics", of_running),
        examples=_link(f"{api}/surfaces/{query.surface}/examples", examples | {"format": "csv"}),
        figure=_link(f"{api}/figures/batch-statistics", of_mates),
    )
    sizes = resolve_batch_sizes(query.batch_size, query.examples)
    text = statistics_script(library, query.model_dump(), sizes, neuron.size, links)
    return _answered(request, text, filename(library, OF))


def _answered(request: Request, text: str, name: str) -> Response:
    response = cacheable(request, text.encode(), "text/x-python")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _network_links(request: Request, query: NetworkReplicaQuery) -> Links:
    asked, api = linked_network(query), f"{address(request)}{API}"
    replica = {"replica": query.replica, "format": "csv"}
    return Links(
        runs=_link(f"{api}/network", asked),
        examples=_link(f"{api}/network/data", asked | replica),
        figure=_link(f"{api}/figures/network-curves", asked),
    )


def _link(address: str, query: dict[str, Any]) -> str:
    return f"{address}?{urlencode(query, doseq=True, safe=',')}" if query else address
