"""The numbers that a chapter's prose mentions, each computed from ``data/``, as words."""

from __future__ import annotations

from fractions import Fraction

from metabook import data
from metabook.data import counts as counts_of
from scipy.special import ndtr
from twobytwo.checks.refits import leave_one_out as refits
from twobytwo.rounding import half_up, percent
from twobytwo.text import number, p_equals

Words = dict[str, str]

# Symptomatic hemorrhage after thrombectomy in the five pooled trials (HERMES), percent.
HERMES_SICH = Fraction(44, 10)
SIX_HOURS = 360  # minutes


def _of(events: str | int, n: str | int) -> str:
    return f"{events} of {n}"


def _baseline(study: str, characteristic: str, arm: str) -> tuple[int, int]:
    row = next(
        row
        for row in data.rows("baseline.csv")
        if (row["study"], row["characteristic"], row["arm"]) == (study, characteristic, arm)
    )
    return int(row["events"]), int(row["n"])


def _intervention(study: str, intervention: str, arm: str) -> tuple[int, int]:
    row = next(
        row
        for row in data.rows("interventions.csv")
        if (row["study"], row["intervention"], row["arm"]) == (study, intervention, arm)
    )
    return int(row["events"]), int(row["n"])


def _cells(outcome: str, study: str) -> tuple[int, int, int, int]:
    of = counts_of(outcome)
    e1, n1, e2, n2 = (int(arm[of.study.index(study)]) for arm in of.arms)
    return e1, n1, e2, n2


def selection() -> Words:
    """For the chapter on methods."""
    flow = {row["stage"]: row["records"] for row in data.rows("selection.csv")}
    studies = data.rows("studies.csv")
    patients = sum(int(row["n_treatment"]) + int(row["n_control"]) for row in studies)
    return {
        "records-screened": f"{int(flow['screened']):,}",
        "records-full-text": flow["read in full"],
        "records-included": flow["included"],
        "chang-centers": next(row["centers"] for row in studies if row["study"] == "Chang 2018"),
        "patients": str(patients),
    }


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

    tpa = [_baseline("Baracchini 2017", "IV-tPA", arm) for arm in ("stent", "control")]
    balloon = {
        arm: _intervention("Peng 2019", "balloon angioplasty", arm) for arm in ("stent", "control")
    }
    shares = [
        Fraction(int(row["events_treatment"]), int(row["n_treatment"]))
        for row in data.rows("counts.csv")
        if row["outcome"] == "reperfusion" and row["events_treatment"]
    ]
    reperfused, stented, _, _ = _cells_of_reperfusion("Chang 2018")
    unreperfused = 1 - Fraction(reperfused, stented)
    sich = counts_of("SICH")
    events = int(sich.events_treatment.sum() + sich.events_control.sum())
    patients = int(sich.n_treatment.sum() + sich.n_control.sum())
    tables = [(events_, n - events_) for events_, n in tpa]
    return {
        "tpa-stent": f"{_of(*tpa[0])} ({percent(*tpa[0])} %)",
        "tpa-control": f"{_of(*tpa[1])} ({percent(*tpa[1])} %)",
        "tpa-p": p_equals(float(fisher_exact(tables).pvalue)),
        "balloon-stent": _of(*balloon["stent"]),
        "balloon-control": _of(*balloon["control"]),
        "reperfusion-low": f"{half_up(100 * min(shares), 1)} %",
        "reperfusion-high": f"{half_up(100 * max(shares), 1)} %",
        "chang-unreperfused": half_up(1000 * unreperfused, 0),
        "patients": str(patients),
        "sich-all": f"{_of(events, patients)} ({percent(events, patients)} %)",
        "hermes-sich": f"{half_up(HERMES_SICH, 1)} %",
        "sich-times-hermes": half_up(Fraction(100 * events, patients) / HERMES_SICH, 1),
    }


def leave_one_out(name: str, outcome: str) -> Words:
    """The range of the estimates with one study left out."""
    estimates = sorted(result.estimate for result in refits(counts_of(outcome)))
    return {f"{name}-loo-low": number(estimates[0]), f"{name}-loo-high": number(estimates[-1])}


def delays() -> Words:
    """For the chapter on delays."""
    rows = {row["id"]: row for row in data.rows("delays.csv")}
    mean, sd = (float(rows["onset-highest"][key]) for key in ("mean_min", "sd_min"))
    late = float(ndtr((mean - SIX_HOURS) / sd))
    chang, cornelissen = (
        float(rows[f"puncture-{s}"]["mean_min"]) for s in ("chang", "cornelissen")
    )
    words = {
        f"{key}-{part}": row[f"{part}_min"] for key, row in rows.items() for part in ("mean", "sd")
    }
    return words | {
        "late-percent": f"{half_up(100 * late, 0)} %",
        "late-per-thousand": half_up(1000 * late, 0),
        "puncture-difference": half_up(chang - cornelissen, 0),
    }


def limitations() -> Words:
    """For the chapter on limitations."""
    e1, n1, _, _ = _cells_of_reperfusion("Chang 2018")
    mrs = counts_of("mRS 0-2")
    return {
        "chang-reperfused": _of(e1, n1),
        "stent-n": str(int(mrs.n_treatment.sum())),
        "control-n": str(int(mrs.n_control.sum())),
        "balloon-control": _of(*_intervention("Peng 2019", "balloon angioplasty", "control")),
        "asian-percent": _share_of_patients(("Chang 2018", "Peng 2019")),
        "smallest": str(
            min(int(a + b) for a, b in zip(mrs.n_treatment, mrs.n_control, strict=True))
        ),
        "matched-lost": _lost_by_matching("Peng 2019"),
    }


def _cells_of_reperfusion(study: str) -> tuple[int, int, int, int]:
    row = next(
        row
        for row in data.rows("counts.csv")
        if (row["outcome"], row["study"]) == ("reperfusion", study)
    )
    e1, n1, e2, n2 = (
        int(row[key]) for key in ("events_treatment", "n_treatment", "events_control", "n_control")
    )
    return e1, n1, e2, n2


def _share_of_patients(studies: tuple[str, ...]) -> str:
    of = counts_of("mRS 0-2")
    sizes = dict(zip(of.study, (of.n_treatment + of.n_control).tolist(), strict=True))
    return f"{percent(sum(sizes[study] for study in studies), sum(sizes.values()), 0)} %"


def _lost_by_matching(study: str) -> str:
    row = next(row for row in data.rows("studies.csv") if row["study"] == study)
    before = int(row["n_treatment_before_matching"]) + int(row["n_control_before_matching"])
    return _of(before - int(row["n_treatment"]) - int(row["n_control"]), before)
