"""Packed logs of every kind."""

from typing import Any

import numpy as np

from app.science.logged.packed import pack, summed
from tests.science.logged.made import drawn, log

PLAIN = pack(summed(log(drawn(60), notes=[], data=50_000)))
# Steps that depend on each other, under Adam; the gradient is lost in noise at times.
_four_times = [
    line | {"step": 4 * k + j} for k, line in enumerate(drawn(320, (2, 2), 300)) for j in range(4)
]
DEPENDENT = pack(summed(log(_four_times, optimizer="AdamW")))
NAMELESS = pack(
    summed(
        log([{k: v for k, v in line.items() if k not in ("loss", "lr")} for line in drawn(40)],
            optimizer=None, notes=["dropout"])
    )
)  # fmt: skip
NOTHING = pack(summed(log(drawn(1))))
_exact = summed(log(drawn(60), parts="ranks"))
OWN = pack(_exact._replace(sums=_exact.sums._replace(exact=np.array([50, np.nan, 51]))))
LOGS = [PLAIN, DEPENDENT, NAMELESS, NOTHING, OWN]

MISTAKEN: list[dict[str, Any]] = [line | {"step": 7} for line in drawn(25)]
