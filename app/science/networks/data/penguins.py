"""Three species of penguins by their measurements."""

from functools import cache
from importlib.resources import files

import numpy as np

from app.science.message import Message
from app.science.networks.data.data_set import DataSet, Examples

SPECIES = ("Adelie", "Chinstrap", "Gentoo")


@cache
def penguins() -> Examples:
    """The rows that have all four measurements, in the file's order, as measured (mm and g)."""
    text = files("app.science.networks.data").joinpath("penguins.csv").read_text("utf-8")
    rows = [line.split(",") for line in text.splitlines()[1:]]
    x = np.array([[float(value) for value in row[1:]] for row in rows])
    return Examples(x, np.array([SPECIES.index(row[0]) for row in rows]))


PENGUINS = DataSet(
    id="penguins",
    title=Message("Penguins"),
    description=Message("Three species of penguins, by bill, flipper and weight"),
    source=Message("Palmer penguins: 342 complete rows (Horst, Hill and Gorman 2020, CC0)"),
    classes=SPECIES,
    columns=("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"),
    read=penguins,
    rows=342,
    standardised=True,
)
