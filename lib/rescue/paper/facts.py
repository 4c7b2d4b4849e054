"""The numbers that a chapter's prose mentions, each computed from ``data/``, as words."""

from __future__ import annotations

from fractions import Fraction

from metabook.data import counts as counts_of
from metabook.frames import frame, row
from twobytwo.rounding import half_up, p_equals, percent

Words = dict[str, str]

# Symptomatic hemorrhage after thrombectomy in the five pooled trials (HERMES), percent.
HERMES_SICH = Fraction(44, 10)


def _of(events: int, n: int) -> str:
    return f"{events} of {n}"


def _arms(file: str, **wanted: str) -> list[tuple[int, int]]:
    """Events and patients of the stented, and of the controls."""
    found = (row(file, arm=arm, **wanted) for arm in ("stent", "control"))
    return [(int(one["events"]), int(one["n"])) for one in found]


def _cells(outcome: str, study: str) -> tuple[int, int, int, int]:
    """Events and patients of the stented, events and patients of the controls."""
    found = row("counts.csv", outcome=outcome, study=study)
    e1, n1, e2, n2 = (
        int(found[key])
        for key in ("events_treatment", "n_treatment", "events_control", "n_control")
    )
    return e1, n1, e2, n2


def counts() -> Words:
    """For the chapter on the raw counts."""
    e1, n1, e2, n2 = _cells("mRS 0-2", "Chang 2018")
    r1, m1, r2, m2 = _cells("SICH", "Cornelissen 2018")
    _, _, chang, chang_n = _cells("mortality", "Chang 2018")
    _, _, peng, peng_n = _cells("mortality", "Peng 2019")
    return {
        "chang-stent": _of(e1, n1),
        "chang-control": _of(e2, n2),
        "chang-a": str(e1),
        "chang-b": str(n1 - e1),
        "chang-c": str(e2),
        "chang-d": str(n2 - e2),
        "chang-stent-per-thousand": half_up(Fraction(1000 * e1, n1), 0),
        "chang-control-per-thousand": half_up(Fraction(1000 * e2, n2), 0),
        "cornelissen-stent-n": str(m1),
        "cornelissen-control-n": str(m2),
        "cornelissen-pairs": str((m1 + 1) * (m2 + 1)),
        "cornelissen-recovered": f"{r1}/{m1} against {r2}/{m2}",
        "chang-control-deaths": f"{percent(chang, chang_n)} %",
        "peng-control-deaths": f"{percent(peng, peng_n)} %",
    }


def results() -> Words:
    """For the chapter on results."""
    from scipy.stats import fisher_exact  # two seconds to import, for this one p-value

    tpa = _arms("baseline.csv", study="Baracchini 2017", characteristic="IV-tPA")
    balloon = _arms("interventions.csv", study="Peng 2019", intervention="balloon angioplasty")
    known = frame("counts.csv").query("outcome == 'reperfusion'").dropna(subset="events_treatment")
    shares = [
        Fraction(int(events), int(n))
        for events, n in zip(known["events_treatment"], known["n_treatment"], strict=True)
    ]
    reperfused, stented, _, _ = _cells("reperfusion", "Chang 2018")
    unreperfused = 1 - Fraction(reperfused, stented)
    sich = counts_of("SICH")
    events = int(sich.events_treatment.sum() + sich.events_control.sum())
    patients = int(sich.n_treatment.sum() + sich.n_control.sum())
    tables = [(events_, n - events_) for events_, n in tpa]
    return {
        "tpa-stent": f"{_of(*tpa[0])} ({percent(*tpa[0])} %)",
        "tpa-control": f"{_of(*tpa[1])} ({percent(*tpa[1])} %)",
        "tpa-p": p_equals(float(fisher_exact(tables).pvalue)),
        "balloon-stent": _of(*balloon[0]),
        "balloon-control": _of(*balloon[1]),
        "reperfusion-low": f"{half_up(100 * min(shares), 1)} %",
        "reperfusion-high": f"{half_up(100 * max(shares), 1)} %",
        "chang-unreperfused": half_up(1000 * unreperfused, 0),
        "patients": str(patients),
        "sich-all": f"{_of(events, patients)} ({percent(events, patients)} %)",
        "hermes-sich": f"{half_up(HERMES_SICH, 1)} %",
        "sich-times-hermes": half_up(Fraction(100 * events, patients) / HERMES_SICH, 1),
    }
