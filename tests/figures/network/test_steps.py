"""The figure of updates to a training loss: what is told over a point."""

from app.figures.network.steps import steps_figure
from tests.api.reading import as_read, traces
from tests.words.network.test_steps import planted


def test_one_update_is_told_as_one() -> None:
    (points,) = traces(as_read(steps_figure(planted(0.1, 12, 1), "light")), "measured")
    assert [text.partition("<br>")[2] for text in points.text] == ["12 updates", "1 update"]
    assert "%{y" not in points.hovertemplate


def test_where_every_replica_starts_below_nothing_is_drawn() -> None:
    assert not as_read(steps_figure(planted(2.0, 0, 0), "light")).data
