"""The paper's own tables, rebuilt from ``data/``: every percentage computed from counts."""

from __future__ import annotations

from itertools import groupby

from metabook import data
from metabook.table import Cell, Table, table
from twobytwo.rounding import percent

Row = dict[str, str]


def search() -> Table:
    """Where and when the paper searched."""
    said: dict[str, list[str]] = {}
    for row in data.rows("search.csv"):
        said.setdefault(row["item"], []).append(row["value"])
    rows = [(item.capitalize(), "; ".join(values)) for item, values in said.items()]
    return table(
        ("Item", "What the paper says"), rows, name="table-search", caption="The search", align="ll"
    )


def selection() -> Table:
    """The flow from records to included studies."""
    rows = [
        (row["stage"].capitalize(), f"{int(row['records']):,}", row["unit"], row["note"])
        for row in data.rows("selection.csv")
    ]
    return table(
        ("Step", "Number", "Of", "What is not said"),
        rows,
        name="table-selection",
        caption="From the search to the analysis",
        align="lrll",
    )


def eligibility() -> Table:
    """The criteria, in the book's words."""
    rows: list[str | tuple[str, str]] = []
    for kind, criteria in groupby(data.rows("eligibility.csv"), key=lambda row: row["kind"]):
        rows.append(kind.capitalize())
        rows += [(row["id"], row["criterion"]) for row in criteria]
    return table(
        ("", "Criterion"), rows, name="table-eligibility", caption="Eligibility", align="ll"
    )


def studies() -> Table:
    """The study-level half of Table 1."""
    rows = [
        (
            row["study"],
            row["country"],
            f"{row['included_from']} to {row['included_to']}",
            row["design_table"],
            row["circulation"],
            int(row["n_treatment"]),
            int(row["n_control"]),
        )
        for row in data.rows("studies.csv")
    ]
    total = ("Total", "", "", "", "", sum(row[5] for row in rows), sum(row[6] for row in rows))
    return table(
        ("Study", "Country", "Inclusion", "Design", "Circulation", "Stent", "Control"),
        rows,
        name="table-studies",
        caption="The four studies (Table 1 of the paper, first half)",
        groups=(("", 5), ("Patients", 2)),
        totals=[total],
        align="lllllrr",
    )


def baseline() -> Table:
    """The patients' half of Table 1: ages and scores transcribed, percentages computed."""
    rows: list[str | tuple[str | Cell, ...]] = []
    for study, of_study in groupby(data.rows("baseline.csv"), key=lambda row: row["study"]):
        rows.append(study)
        pairs: dict[tuple[str, str], dict[str, Row]] = {}
        for row in of_study:
            pairs.setdefault((row["characteristic"], row["level"]), {})[row["arm"]] = row
        for pair in pairs.values():
            one = next(iter(pair.values()))
            name = ": ".join(filter(None, (_capital(one["characteristic"]), one["level"])))
            values = (_value(pair[arm]) if arm in pair else None for arm in ("stent", "control"))
            rows.append((name, one["statistic"], *(value or Cell("0") for value in values)))
    return table(
        ("Characteristic", "Printed as", "Stent", "Control"),
        rows,
        name="table-baseline",
        caption="The patients (Table 1 of the paper, second half)",
        notes=(
            "Ages, scores and volumes are copied as printed: nothing can recompute them. "
            "Counts are copied, and each percentage is computed from its count.",
            Cell("The paper prints 66 %, which is 8/12 rounded down.", mark="a"),
            "SD: standard deviation. IQR: interquartile range. ICA: internal carotid artery. "
            "MCA: middle cerebral artery; M1 and M2: its first and second segment. NIHSS: "
            "National Institutes of Health Stroke Scale. ASPECTS: Alberta Stroke Program Early "
            "CT Score. IV-tPA: intravenous tissue plasminogen activator.",
        ),
        align="llrr",
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _value(row: Row) -> Cell:
    """One cell of Table 1, as its statistic is printed."""
    value, spread, lower, upper = (row[key] for key in ("value", "spread", "lower", "upper"))
    if row["statistic"] == "count":
        return _count(row)
    return Cell(f"{value} ({spread})" if spread else f"{value} ({lower} to {upper})")


def _count(row: Row) -> Cell:
    """A count with its percentage; marked where the paper prints another percentage."""
    if not row["events"]:
        return Cell("used, number not printed" if row["basis"] == "not available" else "–")
    events, n = int(row["events"]), int(row["n"])
    mark = "a" if row["printed"] == "8/12 (66%)" else ""
    return Cell(f"{events}/{n} ({percent(events, n)} %)", mark=mark)


def interventions() -> Table:
    """The counts of Table 2: what was done besides the stent."""
    rows: list[str | tuple[str | Cell, ...]] = []
    for study, of_study in groupby(data.rows("interventions.csv"), key=lambda row: row["study"]):
        rows.append(study)
        for (heading, phase), arms in groupby(
            of_study, key=lambda row: (row["heading"], row["phase"])
        ):
            pair = {row["arm"]: _count(row) for row in arms}
            control = pair.get("control", Cell("no information"))
            stent = Cell("–") if heading == "None" else pair["stent"]
            rows.append((heading, phase, stent, control))
    return table(
        ("Intervention", "Timing", "Stent", "Control"),
        rows,
        name="table-interventions",
        caption="Additional interventions (Table 2 of the paper, first half)",
        notes=("IA: intra-arterial. rtPA: recombinant tissue plasminogen activator.",),
        align="llrr",
    )


def antithrombotics() -> Table:
    """The regimens of Table 2."""
    rows = []
    for row in data.rows("antithrombotics.csv"):
        what = row["drug"] or row["drug_class"] or row["reported"]
        if row["drug"] and row["drug_class"]:
            what = f"{row['drug']} ({row['drug_class']})"
        if row["choice"] != "1":
            what = f"or {what}"
        elif row["step"] != "1":
            what = f"then {what}"
        how = " ".join(filter(None, (row["dose"], row["route"], row["form"])))
        rows.append((row["study"], row["phase"], what, how or None, row["duration"] or None))
    return table(
        ("Study", "When", "Drug", "Dose, route, form", "For"),
        rows,
        name="table-antithrombotics",
        caption="Antithrombotic drugs of the stented (Table 2 of the paper, second half)",
        notes=("IA: intra-arterial. IV: intravenous. A dash: not printed.",),
        align="lllll",
    )


def delays() -> Table:
    """The times that the paper prints."""
    rows = [
        (
            _capital(row["interval"]),
            row["study"] or f"not stated ({row['which'].split()[0]})",
            row["arm"],
            row["mean_min"],
            row["sd_min"],
        )
        for row in data.rows("delays.csv")
    ]
    return table(
        ("From ... to", "Study", "Arm", "Mean, min", "SD, min"),
        rows,
        name="table-delays",
        caption="The delays, as printed",
        notes=("Copied, not computed: no count stands behind a mean.",),
        align="lllrr",
    )
