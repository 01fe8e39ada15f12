"""What a network learns: a data set a file, all of them in one registry."""

from app.science.networks.data.blobs import BLOBS
from app.science.networks.data.data_set import DataSet
from app.science.networks.data.digits import DIGITS
from app.science.networks.data.moons import MOONS
from app.science.networks.data.penguins import PENGUINS
from app.science.networks.data.spirals import SPIRALS

# In the order in which a form shows them.
DATA_SETS: dict[str, DataSet] = {
    each.id: each for each in (MOONS, SPIRALS, BLOBS, PENGUINS, DIGITS)
}
