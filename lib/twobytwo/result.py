"""The result of pooling 2x2 tables: its numbers, the sentence that states its method, its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from twobytwo import sentence
from twobytwo.estimate.effects import Cells, FloatArray
from twobytwo.options import Options
from twobytwo.pooled import Pooled, as_number


@dataclass(frozen=True)
class Result(Pooled):
    """A pooled odds ratio, risk ratio or risk difference, or a batch of them.

    The scale of the effects is the logarithm for OR and RR. The other numbers are described
    in `twobytwo.pooled.Pooled`.

    Attributes
    ----------
    options : Options
        How the studies were pooled.
    table : Cells
        The raw counts.
    """

    options: Options
    table: Cells

    def natural(self, effect: ArrayLike) -> Any:
        """From the scale of the effect to the natural scale: exp for OR and RR."""
        if self.measure == "RD":
            return as_number(np.asarray(effect, float))
        with np.errstate(over="ignore"):  # a limit too large for a double is infinite
            return as_number(np.exp(effect))

    @property
    def method_sentence(self) -> str:
        """What was done, in a sentence or two ready for a methods section."""
        return sentence.method(self)

    @property
    def counts(self) -> dict[str, FloatArray]:
        """Events and patients of both arms of each study."""
        a, b, c, d = self.table
        return {
            "events_treatment": a, "n_treatment": a + b, "events_control": c, "n_control": c + d,
        }  # fmt: skip
