"""What every run is asked, apart from what a surface is."""

from app.api.queries.run import ReplicasQuery, RunQuery, StartQuery, TrainingQuery
from app.api.queries.surfaces import SurfaceQuery
from app.api.queries.workers import WorkersQuery


class NetworkQuery(ReplicasQuery, TrainingQuery):
    """A run of something that is no surface."""


def test_a_run_may_be_of_something_that_is_no_surface() -> None:
    of_a_surface = {*SurfaceQuery.model_fields, *StartQuery.model_fields}
    of_a_surface |= {*WorkersQuery.model_fields}
    assert set(NetworkQuery.model_fields) == set(RunQuery.model_fields) - of_a_surface | {"lang"}
    keys = {NetworkQuery.model_validate({"epochs": epochs}).key() for epochs in (1, 2)}
    assert len(keys) == 2


def test_the_parameters_keep_their_order() -> None:
    fields = list(RunQuery.model_fields)
    assert fields[:6] == ["lang", "examples", "noise", "data_seed", "rare_share", "surface"]
    assert fields[-3:] == ["start", "replicas", "max_points"]
    assert [name for name in fields if name in NetworkQuery.model_fields] == list(
        NetworkQuery.model_fields
    )
