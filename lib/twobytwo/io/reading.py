"""What was read: from where, what was understood, left out, and may be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MANY = 8  # things that a line lists


@dataclass(frozen=True)
class Reading:
    """How a file was read.

    Attributes
    ----------
    source : str
        The file.
    k, patients : int
        Studies, and patients in all arms.
    sheet : str or None
        Of a workbook that has several.
    understood : tuple of (str, str)
        Their names of columns, and what they were read as.
    skipped : tuple of str
        Rows that are no studies.
    cautions : tuple of str
        What may be meant and may be wrong.
    printed : mapping of str to str
        What the file itself says of its analysis: for a RevMan file `measure`, `model`,
        `method` and, where it is there, `estimate`, `ci_lower`, `ci_upper`.
    """

    source: str
    k: int
    patients: int
    sheet: str | None = None
    understood: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    printed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it in words, a line each.

        Examples
        --------
        >>> print(*Reading("trials.csv", 3, 303, understood=(("ai", "events_treatment"),)).lines)
        read trials.csv: 3 studies, 303 patients read ai as events_treatment
        """
        studies = "1 study" if self.k == 1 else f"{self.k:,} studies"
        where = f", sheet {self.sheet!r}" if self.sheet else ""
        patients = "1 patient" if self.patients == 1 else f"{self.patients:,} patients"
        said = [f"read {self.source}{where}: {studies}, {patients}"]
        if self.understood:
            said.append("read " + ", ".join(f"{name} as {ours}" for name, ours in self.understood))
        if self.skipped:
            more = len(self.skipped) - MANY
            rest = f" and {more} more rows" if more > 0 else ""
            said.append("left out " + "; ".join(self.skipped[:MANY]) + rest)
        if self.printed:
            terms = ", ".join(f"{name} {value}" for name, value in self.printed.items())
            said.append(f"the file's own analysis: {terms}")
        said += [f"caution: {caution}" for caution in self.cautions]
        return tuple(" ".join(line.split()) for line in said)
