"""The tables of the chapter on what the numbers would mean."""

from __future__ import annotations

from metabook import data
from metabook.table import Table, table
from metabook.words import per_thousand_words
from twobytwo.checks.absolute import per_thousand
from twobytwo.rounding import half_up, number, with_interval

from rescue.beyond import meaning, randomized

OWN = "The book's own judgment."


def _label(outcome: str) -> str:
    return str(data.outcome(outcome)["label"])


def summary_of_findings(name: str = "table-findings", with_trial: bool = True) -> Table:
    """One row for each outcome, as GRADE lays it out; the randomized trial beside it or not."""
    rows = []
    for outcome in data.outcomes():
        result = data.pooled(outcome)
        said = per_thousand_words(per_thousand(result))
        rung = meaning.certainty(outcome)
        full = meaning.CERTAINTY.index(rung) + 1
        row = (
            _label(outcome),
            with_interval(result.estimate, result.ci_lower, result.ci_upper),
            said["without"],
            said["with"],
            f"{said['difference']} ({said['difference-ci']})",
            f"{'⊕' * full}{'◯' * (len(meaning.CERTAINTY) - full)} {rung}",
        )
        rows.append((*row, randomized.summary(outcome)) if with_trial else row)
    patients = sum(int(cell.sum()) for cell in data.pooled(data.outcomes()[0]).table)
    trial, basis = randomized.trial(), randomized.words()["trial-basis"]
    header = ("Outcome", "Odds ratio [95 % CI]", "Without", "With", "Difference (95 % CI)")
    groups = (("", 2), ("In 1,000 patients with or without a stent", 3), ("", 1))
    own = (
        f"{len(data.counts('mRS 0-2'))} nonrandomized studies, {patients} patients, at the "
        f"average risk of the controls. Certainty: {OWN[0].lower()}{OWN[1:]}"
    )
    beside = (
        f"The randomized trial {trial['trial']} ({trial['patients']} patients) outranks all "
        f"rows; {randomized.words()['trial-controls']}. A common or generalized odds ratio "
        "is of every grade of the mRS, and above 1 favors rescue. A range: over all counts "
        f"that print the percentages. {basis[0].upper()}{basis[1:]}."
    )
    return table(
        (*header, "Certainty", *(["Ratio"] if with_trial else [])),
        rows,
        groups=(*groups, *([(trial["trial"], 1)] if with_trial else [])),
        name=name,
        caption="Summary of findings, in the manner of GRADE",
        notes=(own, *([beside] if with_trial else [])),
        align="lrrrrl" + "l" * with_trial,
    )


def trial_sizes() -> Table:
    """Patients and events that a trial needs, and what trials of known size can find."""
    known = {name: int(row["patients"]) for name, row in meaning.trials().items()}
    rows: list[str | tuple[str, ...]] = []
    for outcome in data.outcomes():
        rows.append(_label(outcome))
        for share, what in ((1.0, "The pooled effect"), (0.5, "Half of it")):
            plan = meaning.planned(outcome, share)
            rows.append(
                (
                    f"{what}: {number(plan.odds_ratio)}",
                    f"{half_up(100 * plan.control, 1)} %",
                    f"{half_up(100 * plan.treatment, 1)} %",
                    *(
                        f"{n:,} ({events:,})"
                        for n, events in zip(plan.patients, plan.events, strict=True)
                    ),
                    *(f"{half_up(100 * plan.power(n), 0)} %" for n in known.values()),
                )
            )
    return table(
        (
            "Odds ratio", "Without", "With",
            *(f"Power {half_up(100 * power, 0)} %" for power in meaning.POWERS),
            *(f"{name} ({n})" for name, n in known.items()),
        ),
        rows,
        groups=(("", 1), ("Risk", 2), ("Patients (events) needed", 2), ("Power of", len(known))),
        name="table-trial-sizes",
        caption="What a trial would need",
        notes=(
            "Both arms together, of equal size; two-sided, alpha 0.05; nobody lost. Half: on the "
            "log scale, the square root of the odds ratio. The power of the two trials is that of "
            "a comparison of two shares with their numbers of patients: it is not their own "
            "plan, which was not read.",
        ),
        align="lrrrrrr",
    )  # fmt: skip
