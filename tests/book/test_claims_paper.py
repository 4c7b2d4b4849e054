"""What the pages on the paper and its counts say in words: each sentence stands there and holds."""

import re

import pytest
from metabook import data
from rescue.beyond import since
from rescue.numbers import figures
from running import DEATHS, MRS, SICH, SMALL, claims, run
from twobytwo import leave_one_out, pool
from twobytwo.options import CHOICES
from twobytwo.rounding import percent

pooled, rows = data.pooled, data.rows


def second_pairs(p):
    """Where a hidden pair has a rival: the arms, their printed shares, the pair and its rival."""
    for known, found, pair in zip(p.known.itertuples(), p.searches, p.hidden, strict=True):
        assert pair in found.pairs()
        shares = re.findall(r"([\d.]+)%", known.printed)
        for other in set(found.pairs()) - {pair}:
            yield (found.n_treatment, found.n_control), shares, pair, other


def excluded_by_the_percentages(p):
    for (n, m), shares, _, other in second_pairs(p):
        assert len(shares) == 2
        assert not {percent(other[0], n), percent(other[1], m)} & set(shares)
    return True


def mirrored(p):
    """A rival has the same effect and variance, but for one neighbor: Chang's deaths."""
    neighbors = []
    for (n, m), _, pair, other in second_pairs(p):
        here, there = (pool([a], [n], [c], [m]) for a, c in (pair, other))
        if [there.effect, there.se] != pytest.approx([here.effect, here.se]):
            neighbors.append((n, m, pair, other))
    return neighbors == [(48, 100, (6, 19), (7, 22))]


def agreeing_rules_are_one_sum(p):
    agree = [how for how, found in zip(p.rules.values(), p.by_rule, strict=True) if found]
    results = [p.analysis(p.studies[SICH], **how) for how in agree]
    for result in results:
        assert [result.effect, result.se] == pytest.approx([results[0].effect, results[0].se])
    return {result.tau2 for result in results if result.model == "random"} == {0}


def all_digits_of_death(p):
    printed = [(one.text, f"{one.i2:.0f}") for one in p.pooled.values()][:3]
    half, full = "0.38 [0.16, 0.94]", "0.39 [0.16, 0.93]"
    return (
        printed == [(full, "43"), (full, "42"), (half, "44")]
        and [name for name, one in p.pooled.items() if one.text == full] == list(p.rules)[:2]
    )


test_each_sentence_holds = claims({
    "index": [
        ("more of the stented lived independently and fewer died",
         lambda _: pooled(DEATHS).ci_upper < 1 < pooled(MRS).ci_lower),
        ("Leave one out, or analyze them in another sound way, and the result for deaths is no "
         "longer certain", lambda _: [one.study for one in leave_one_out(pooled(DEATHS))
                                      if one.p_value < 0.05] == [pooled(DEATHS).study[1:]]),
        ("One hemorrhage count is in no text that we could read", lambda _: [
            (row["study"], row["outcome"]) for row in rows("counts.csv")
            if row["basis"] == "recovered by inversion"] == [("Cornelissen 2018", SICH)]),
    ],
    "five-minutes": [
        "Nobody knows why the two results differ",
        ("the four studies rule out neither fewer nor more hemorrhages",
         lambda _: pooled(SICH).ci_lower < 1 < pooled(SICH).ci_upper),
    ],
    "results": [
        ("All four studies point the same way", lambda _: (pooled(MRS).study_estimate > 1).all()),
        ("show much larger differences than the two large ones", lambda _: {
            pooled(DEATHS).study[i] for i in pooled(DEATHS).study_effect.argsort()[:2]} == SMALL),
    ],
    "recover": [
        "Cornelissen 2018 has 12 stented patients and 14 controls", "one of 195 pairs of counts",
        "173 of the 195 pairs print an OR with a CI that no other pair prints",
        "In 8 of 8 searches the abstract's pair is found. In 3 it is the only one. In 5 there is",
        "In 4 of these searches the second pair is a **mirror image**",
        ("The OR does not change, nor does its variance. - In the other search it is a close "
         "neighbor", mirrored),
        ("The percentages in the abstracts exclude every second pair", excluded_by_the_percentages),
        ("each search finds one pair: 8/12 versus 3/14 for independence and 0/12 versus 5/14 for "
         "death. Its abstract prints the same", lambda _: [
             row["printed"][:14] for row in rows("counts.csv") if row["study"] == "Cornelissen 2018"
         ][:2] == ["8/12 (66%) vs.", "0% vs. 5 (36%)"]),
        "The OR of 0.68 comes back from 8 pairs, both limits (0.37 to 1.27) from 2",
        ("**One pair gives back all three: 0/12 versus 1/14.** Its closest rival, 1/12 versus "
         "2/14, would have printed 0.69 [0.37, 1.27]", lambda _: [
             int(arm[2]) for arm in data.counts(SICH).arms] == [0, 12, 1, 14]),
        ("By 10 of 16 rules the same pair is the only one. By the other 6 no pair fits. No rule "
         "points to a different pair",
         lambda p: {how.get("tau2", "DL") for how in p.rules.values()} == set(CHOICES["tau2"])),
        ("most rules with random effects are one and the same sum", agreeing_rules_are_one_sum),
        ("one pair gives back the OR with its CI: 5/12 versus 1/14. The abstract says 8/12 versus "
         "3/14. **A wrong rule gives a wrong count.**",
         lambda p: p.wrong_rule.pairs(*p.or_ci, "p_value", "i2") == [(5, 1)]),
        "the paper prints p = 0.41 for heterogeneity, and this pair would give 0.43",
        "The paper prints 0.39 [0.16, 0.93], p = 0.03. The OR with its CI comes back by 2 rules",
        ("With $I^2$ of 43 % as well, only one is left: RevMan 5", all_digits_of_death),
        ("it used RevMan 5.3, and that 0.5 was added", lambda _: [
            row["printed"] for row in rows("published.csv")
            if row["id"] in ("premat-methods-revman", "premat-methods-correction")
        ] == ["5.3", "0.5"]),
        "With one death more or fewer, none of the 16 rules",
        "172 of 477 patients died", "p = 0.706", "in 132 ways",
        "One of them prints 0.706: **123/346, 49/131**",
        "with one death moved to the other arm, print 0.555 and 0.870",
        ("The abstract prints the percentages of hemorrhage in each arm. They give 22/346, 2/131",
         lambda _: (percent(22, 346), percent(2, 131)) == ("6.4", "1.5") and since.row(
             "later_counts.csv", since.ATTENTION, SICH)["printed"].startswith("6.4% vs 1.5%")),
        "The abstract calls 167 outcomes “favorable”", "117/346, 50/131. The other two have none",
        "printed one decimal, 23 of the 195 pairs would fit", "109 of 4,489 would",
        "In 9 of 12 such cases no pair fits. In the other 3 a different pair fits",
        ("In 5 of 6 such misprints no pair fits. With the other one the search finds the rival",
         lambda p: [found for found in p.misprints.values() if found] == [[(1, 2)]]),
    ],
})  # fmt: skip


def test_the_figure_of_pairs_has_each_that_prints_something_and_one_ring():
    from matplotlib.patches import Circle, Rectangle

    page, words = run("recover")
    found, alt = page["found"], repr(words["grid"])
    for name, meaning in {"estimate": "Odds ratio 0.68", "ci_upper": "Upper limit 1.27"}.items():
        which = ", ".join(f"{a} and {c}" for a, c in found.pairs(name))
        assert f"{meaning} in {len(found.pairs(name))} pairs: {which}." in alt
    assert alt.endswith("All three only in 0/12 versus 1/14.")
    _, (axes,) = figures.canvas(5)
    figures._cells(axes, found)
    cells = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    rings = [patch.center for patch in axes.patches if isinstance(patch, Circle)]
    assert (len(cells), rings) == (19, [(1, 0)])  # controls across, stented upward
    shades = {}
    for cell in cells:
        x, y = (int(v + 0.5) for v in cell.get_xy())
        hits = sum(int(found.fits[name][y, x]) for name in page["or_ci"])
        shades.setdefault(hits, set()).add(sum(cell.get_facecolor()[:3]))
    assert [len(shades[hits]) for hits in (1, 2, 3)] == [1, 1, 1]
    assert max(shades[3]) < max(shades[2]) < max(shades[1])  # told apart in gray
