"""The surfaces: an explicit registry, a surface or a family of them a file."""

from app.science.problems import bowl, least_squares
from app.science.problems.surface import Surface

SURFACES: dict[str, Surface] = {
    surface.id: surface
    for surface in (
        least_squares.STANDARDISED,
        least_squares.RAW,
        bowl.BOWL,
    )
}
