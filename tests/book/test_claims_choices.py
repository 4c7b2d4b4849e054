"""What the pages on choices of analysis say in words: each sentence stands there and holds."""

import numpy as np
import pytest
import twobytwo as tt
from metabook import data
from metabook.explorer import includes_null
from rescue.beyond import beliefs, chosen, grids, intervals, intervals_shown
from rescue.beyond.intervals import FIXED, HKSJ, MODERATE, PETO, PLAIN, REVMAN, TAUS, TRUNCATED
from running import DEATHS, MRS, OUTCOMES, SICH, SMALL, STUDIES, claims, excludes
from twobytwo import pool
from twobytwo.checks.coverage import behavior
from twobytwo.checks.simulate import draw
from twobytwo.estimate.bayes import posterior, skeptical_sd
from twobytwo.estimate.equal_odds import equal_odds
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.estimate.hypergeometric import laws
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal
from twobytwo.plots.baujat import contributions, influences

pooled, rows, approx = data.pooled, data.rows, pytest.approx


def significant(results):
    return [int(one.p_value < 0.05) for one in results]


def two_smallest(values):
    return {STUDIES[i] for i in np.argsort(values)[:2]}


def width(outcome, interval):
    lower, upper = pooled(outcome, interval=interval).limits
    return upper - lower


# ---- robustness


def smaller_p_of_a_fixed_effect(_):
    """And where tau2 is zero both models agree, but by inverse variance only."""
    random, weighted, mantel = (
        pooled(MRS, **how) for how in ({}, {"model": "fixed", "method": "IV"}, {"model": "fixed"})
    )
    assert random.text == weighted.text != mantel.text
    by_weight = pooled(DEATHS, model="fixed", method="IV")
    fixed, whole = pooled(DEATHS, model="fixed"), pooled(DEATHS)
    assert STUDIES[(by_weight.weight - whole.weight).argmax()] == "Peng 2019"
    return max(fixed.p_value, by_weight.p_value) < whole.p_value < 0.05 and excludes(fixed)


def which_refits_exclude_no_effect(_):
    found = {
        outcome: (
            significant(tt.leave_one_out(pooled(outcome))),
            significant(tt.cumulative(pooled(outcome))),
            sum(significant(tt.subsets(pooled(outcome)))),
        )
        for outcome in OUTCOMES
    }
    return found == {
        MRS: ([1, 1, 1, 1], [1, 1, 1, 1], 15),
        DEATHS: ([1, 0, 0, 0], [1, 0, 0, 1], 4),
        SICH: ([0, 0, 0, 0], [0, 0, 0, 0], 0),
    }


def a_far_larger_difference(_):
    first, *_, last = tt.cumulative(pooled(DEATHS))
    return (
        first.estimate < 0.2 * last.estimate
        and sorted(STUDIES, key=lambda name: name.split()[-1]) == STUDIES
    )


def must_not_be_read(_):
    for outcome in OUTCOMES:
        for ask in (tt.egger, tt.harbord, tt.peters):
            test = ask(pooled(outcome))
            assert (test.k, test.df, "must not be read" in test.warning) == (4, 2, True)
    return True


def baracchini_differs_most(_):
    result, at = pooled(DEATHS), STUDIES.index("Baracchini 2017")
    distance = np.abs(result.study_effect - pooled(DEATHS, model="fixed").effect)
    assert contributions(result).argmax() == influences(result).argmax() == at
    assert contributions(result)[at] > result.q / 2
    assert STUDIES[distance.argmax()] == "Cornelissen 2018"  # which is half as precise
    study, characteristic, *arms = chosen.unequal()[0]
    return (study, characteristic, arms) == (STUDIES[at], "IV-tPA", [(4, 23), (10, 23)])


def the_most_unequal_of_table_1(p):
    """The one share that exceeds the limit's E-value, by far; more controls had it."""
    shares = p.shares.dropna()[lambda table: table[["stent", "control"]].min(axis=1) < 1]
    first, second = shares.nlargest(2, "ratio").itertuples()
    assert first.Index[:2] == ("Baracchini 2017", "IV-tPA")
    limit = tt.e_value(pooled(MRS)).limit
    return first.control > first.stent and first.ratio > limit > 1.25 * second.ratio


def of_the_order_of_the_e_value(_):
    deaths, mrs = (pooled(outcome, measure="RR") for outcome in (DEATHS, MRS))
    *_, (_, _, (closed, stented), control) = chosen.unequal()
    assert (control, tt.e_value(deaths).limit) == ((137, 137), 1)
    assert deaths.tau2 > 0 == mrs.tau2
    return stented / closed == approx(tt.e_value(deaths).point, rel=0.05)


def moved(outcome, arm, study, by):
    arms = [one.copy() for one in data.counts(outcome).arms]
    arms[arm][study] = min(max(arms[arm][study] + by, 0), arms[arm + 1][study])
    return pool(*arms)


# ---- four studies


def decided(p, outcome, **choices):
    """Whether intervals of the grid exclude no difference: all, none, or some."""
    return {
        one.excludes_none
        for one in p.answers[outcome]
        if all(getattr(one.analysis, name) == value for name, value in choices.items())
    }


def each_answer_once(p):
    """To the patient, in order, the paper's among them; all point the same way."""
    for outcome, (answers, risk) in p.every.items():

        def rounded(one, risk=risk):
            return grids.band(one), *(round(x) for x in one.per_thousand(risk))

        drawn = grids.in_order(answers, risk)
        assert sorted(map(rounded, drawn)) == sorted({*map(rounded, answers)})
        assert sum(map(grids.is_papers, drawn)) == 1
        ends = [grids.nearer_end(one, risk) for one in drawn if grids.band(one) == 0]
        assert ends == sorted(ends, reverse=outcome == MRS)
        assert {one.per_thousand(risk)[0] > 0 for one in answers} == {outcome == MRS}
    return True  # fmt: skip


def tau2_moves_death_away(_):
    found = [pooled(DEATHS, method="IV", tau2=name) for name in ("REML", "DL", "PM", "SJ")]
    tau2, ratios = [one.tau2 for one in found], [one.estimate for one in found]
    assert tau2 == sorted(tau2)
    assert ratios == sorted(ratios, reverse=True)
    assert tau2[0] == pooled(DEATHS, method="IV", tau2="ML").tau2 == 0
    small = [STUDIES.index(study) for study in SMALL]
    assert found[-1].weight[small].sum() > 1.5 * found[0].weight[small].sum()
    return found[0].ci_upper < 1 < found[-1].ci_upper


def the_trap_is_of_hemorrhage_only(_):
    assert width(SICH, "hksj") < width(SICH, "wald") < width(SICH, "hksj-truncated")
    return all(width(outcome, "hksj") > width(outcome, "wald") for outcome in (MRS, DEATHS))


def likelihood_sees_variation(_):
    fits = {one: hypergeometric_normal(*data.counts(one).arms) for one in OUTCOMES}
    assert {pooled(one, method="IV", tau2="ML").tau2 for one in OUTCOMES} == {0}
    return [one for one in OUTCOMES if fits[one].tau2 > 0] == [DEATHS]


def one_study_makes_the_gap(_):
    """At an end of what its margins allow a study's own likelihood is 1."""
    counts, at = data.counts(DEATHS), STUDIES.index("Cornelissen 2018")
    equal, fit = equal_odds(*counts.arms), hypergeometric_normal(*counts.arms)
    fixed = pooled(DEATHS, method="IV", model="fixed")
    common = np.log(exact_odds_ratio(*counts.arms).estimate)
    law = laws(*([arm[at]] for arm in counts.arms))
    exact = -2 * law.log_probability(np.array([[common]])).item()
    normal = (fixed.study_effect[at] - fixed.effect) ** 2 / fixed.study_variance[at]
    assert equal.deviance < 0.05 < equal.zelen < fixed.q_p_value
    return counts.events_treatment[at] == 0 < 0.5 * (fit.deviance - fixed.q) < exact - normal


def skeptics_are_nearer_to_no_difference(_):
    """And a new study is less sure to favor the stent than the mean."""
    for outcome in OUTCOMES:
        result = pooled(outcome, method="IV")
        for scale in (0.25, 0.5, 1.0):
            flat, skeptic = (
                posterior(result.study_effect, result.study_variance, tau_scale=scale, prior_sd=sd)
                for sd in (np.inf, skeptical_sd(beliefs.SKEPTICAL))
            )
            assert abs(skeptic.mean.quantile(0.5)) < abs(flat.mean.quantile(0.5))
            for found in (flat, skeptic):
                mean, new = beliefs.favors(outcome, found)
                assert 0.5 < new < mean
    return True


# ---- intervals


def shares(outcome, method, what="coverage"):
    """Of the intervals that hold the truth, or exclude no effect: for each tau."""
    behaviors = [intervals.cell(outcome, tau).methods[method] for tau in TAUS]
    return np.array([getattr(one, what).value for one in behaviors])


def every(check):
    return all(np.all(check(outcome)) for outcome in OUTCOMES)


def bias_of(method, outcome=DEATHS):
    return intervals.cell(outcome, 0.0).methods[method].bias.value


def the_experiment(_):
    """Arms, risks and odds ratio are the paper's; a rounding error of a risk changes no count."""
    counts, effect = data.counts(DEATHS), pooled(DEATHS).effect
    risk = counts.events_control / counts.n_control
    drawn, nudged = (
        draw(counts.n_treatment, counts.n_control, p, e, MODERATE, meta_analyses=10_000, seed=2020)
        for p, e in ((risk, effect), (np.nextafter(risk, 1), np.nextafter(effect, 0)))
    )
    assert all((x == y).all() for x, y in zip(drawn, nudged, strict=True))
    assert (drawn.n_treatment == counts.n_treatment).all()
    assert drawn.events_control.mean(0) == approx(counts.events_control, rel=0.02)
    assert intervals.cell.__wrapped__(SICH, MODERATE) == intervals.cell(SICH, MODERATE)
    return abs(bias_of(FIXED)) < 0.02


def honest_if_they_agree(_):
    def check(outcome):
        found = shares(outcome, REVMAN)
        return found[0] > 0.95 > 0.93 > 0.905 > found[2] and (np.diff(found) < 0).all()

    return every(check)


def as_precise_as_said(_):
    for outcome in OUTCOMES:
        for tau in TAUS:
            for measured in intervals.cell(outcome, tau).methods.values():
                assert max(measured.coverage.se, measured.power.se) <= 0.005
    return "at most half a percent" in intervals_shown.SHARES


def nearer_to_95(outcome):
    hksj, paper = (np.abs(shares(outcome, name) - 0.95)[2:] for name in (HKSJ, REVMAN))
    return (hksj < paper - 0.02).all() and shares(outcome, HKSJ).min() > 0.9


def never_narrower(outcome):
    drawn = intervals._drawn(outcome, pooled(outcome).effect, MODERATE)
    paper, truncated = (
        intervals._width(pool(*drawn, **intervals.METHODS[name])) for name in (REVMAN, TRUNCATED)
    )
    return (truncated > paper).all() and shares(outcome, TRUNCATED).min() > 0.95


def rare_events(_):
    rare = intervals.sparse(0.01)
    assert rare[REVMAN].bias.value > 0.2 > 0.05 > rare[PETO].bias.value
    return rare[PLAIN].undefined.value > 0.4 > 0.05 > rare[REVMAN].undefined.value


WAYS = {
    "IV": {"method": "IV", "tau2": "REML", "interval": "hksj-truncated"},
    "RevMan": {},
    "0.5": {"model": "fixed"},
    "none": {"model": "fixed", "zero_cells": "none"},
    "Peto": {"model": "fixed", "method": "Peto"},
}


def the_half_hides_a_benefit(_):
    def tried(effect):
        drawn = draw([100] * 20, [100] * 20, 0.01, effect, meta_analyses=2_000, seed=2020)
        return {
            name: behavior(pool(*drawn, **how), effect).power.value for name, how in WAYS.items()
        }

    found, alarms = tried(np.log(0.5)), tried(0.0)
    return found["IV"] < 0.15 < 0.35 < found["none"] and max(alarms.values()) < 0.07


# ---- the explorer, the practice sets, a reader's own counts


def links_keep_their_promises(p):
    state = p.shown.state
    start, bleeding = state(), state(SICH)
    found = [state(**choices) for _, _, choices in p.shown.tries]
    added = [
        row["study"].split()[0] for row in rows("later_counts.csv")
        if (row["circulation"], row["outcome"]) == ("posterior", DEATHS)
    ]  # fmt: skip
    assert [(what.split()[-1], then.partition(",")[0]) for what, then, _ in p.shown.tries] == [
        ("2018", "the interval for death then includes 1"), ("interval", "the same estimate"),
        ("REML", "it becomes 0"), ("death", "its interval includes 1"),
        ("SICH", "it gets narrower than Wald's"),
        ("circulation", "for death the interval still leaves out 1"),
        ("independence", "it still leaves out 1"),
    ]  # fmt: skip
    assert [includes_null(one) for one in (start, *found)] == [
        False, True, True, False, True, True, False, False,
    ]  # fmt: skip
    assert (found[1].estimate, found[2].tau2) == (start.estimate, 0) < (found[2].estimate, 1)
    assert found[4].limits.upper - found[4].limits.lower < width(SICH, "wald")
    assert bleeding.q < bleeding.q_df  # they agree more than chance would have it
    assert found[5].q_p_value < 0.1
    return list(p.shown.tries[5][2]["added"]) == added


def careful_bcg(p):
    far, near = (
        pool(p.sets["bcg"].at(some), measure="RR", **p.careful) for some in (p.far, p.near)
    )
    assert far.ci_upper < near.ci_lower
    return p.bcg_careful.prediction_lower < 0.2 < 1 < p.bcg_careful.prediction_upper


def a_clear_benefit_without_isis(p):
    return p.patients[p.at] > sum(p.patients) / 2 and excludes(
        *(pool(p.others, model=model) for model in ("random", "fixed"))
    )


def all_four_rules_agree(p):
    half, added, peto, exact = (pool(p.sets["catheters"], **how) for how in p.rules.values())
    assert exact.estimate < half.estimate < added.estimate < 1
    return half.i2 < 10 and exact.tau2 > half.tau2 and excludes(half, added, peto, exact)


def sizes_agree_and_certainties_do_not(p):
    common, wide = p.mantel_haenszel, p.inverse_variance
    assert (str(p.leads.method), int(p.leads.direction)) == ("MH", 0)
    assert common.ci_upper < 1 < wide.ci_upper
    return wide.estimate == approx(common.estimate, rel=0.02)


test_each_sentence_holds = claims({
    "robustness": [
        ("0.44 [0.26, 0.74] with a fixed effect (p = 0.002) and 0.39 [0.16, 0.93] with random "
         "effects (p = 0.03). In 1,000 patients that is 144 fewer or 160 fewer. The direction and "
         "the significance are the same; the size changes, and the p-value becomes *smaller*",
         smaller_p_of_a_fixed_effect),
        ("For independence, the interval excludes 1 whichever study is left out. **For death it "
         "does not**: without Chang 2018, without Cornelissen 2018 or without Peng 2019 it "
         "includes 1",
         which_refits_exclude_no_effect),
        "the OR for death moves between 0.20 and 0.56. For SICH, the interval always includes 1",
        ("the 15 sets that four studies make", lambda _: len(tt.subsets(pooled(DEATHS))) == 15),
        "After the first study, a pooled analysis of death would have been {term}`significant` (p "
        "= 0.02), after the second and third not (p = 0.20, p = 0.07), and after the fourth it was "
        "again",
        ("would have believed in a far larger difference", a_far_larger_difference),
        ("cannot exclude, for any of the outcomes, a hospital in which the stent does harm",
         lambda _: every(lambda o: pooled(o).prediction_lower < 1 < pooled(o).prediction_upper)),
        "the interval is then 1.31 to 6.30, and excludes 1",
        ("**Do not read these p-values.** Four points leave two degrees of freedom",
         must_not_be_read),
        ("multiplies the OR of the smallest by 4.7", lambda _: STUDIES[
            pooled(DEATHS).study_variance.argmax()] == "Cornelissen 2018"),
        "would notice it in 9 % of such meta-analyses; without any bias it raises the alarm in 5 "
        "%. With ten times as many studies of these sizes, it would notice it in 83 %",
        ("the two small studies are also the two European ones", lambda _: {
            row["study"] for row in rows("studies.csv") if row["country"] in ("Italy", "Sweden")}
         == two_smallest(sum(pooled(MRS).table)) == SMALL),
        ("the two smallest studies show the largest differences in independence and in death",
         lambda _: two_smallest(pooled(DEATHS).study_effect) == two_smallest(
             -pooled(MRS).study_effect) == SMALL),
        "Of the controls, 19.0 % to 43.9 % died",
        ("The two large studies lie above the curve, the two small ones far below", lambda _: [
            study for study, ratio in zip(STUDIES, pooled(DEATHS).study_estimate, strict=True)
            if ratio < pooled(DEATHS).estimate] == sorted(SMALL)),
        ("Baracchini 2017 makes 51 % of $Q$ and moves the result most. It is also the study in "
         "which the arms differ most in thrombolysis", baracchini_differs_most),
        "$I^2$ is 43 %, and its own 95 % interval reaches from 0 % to 81 %",
        "the E-value is 3.5; 2.3 is enough to make the interval include 1. For death it is 3.4; "
        "the interval of the risk ratio (0.51 [0.24, 1.05])",
        ("is the most unequal (2.5 times), but more controls had it", the_most_unequal_of_table_1),
        ("24 of 83 arteries stayed closed, among the controls all: 3.5 times as often",
         of_the_order_of_the_e_value),
        ("For death it is **1**: one more death among the 149 stented, 7 in 1,000",
         lambda _: moved(DEATHS, 0, 1, 1).p_value >= 0.05),
        ("For independence it is 10, or 67 in 1,000", lambda _: all(
            moved(MRS, arm, study, by).p_value < 0.05
            for arm, by in ((0, -9), (2, 9)) for study in range(4))),
        "(30.5 %) it would take 7 stents for one death fewer; where only one patient in ten would "
        "die, 17",
    ],
    "four-studies": [
        ("211 to 254 more in 1,000 patients. Every interval excludes zero",
         lambda p: decided(p, MRS) == {True}),
        ("104 to 198 fewer in 1,000. Whether the interval excludes zero depends on the analysis",
         lambda p: decided(p, DEATHS) == {True, False}),
        ("43 to 51 fewer in 1,000. Every interval includes zero",
         lambda p: decided(p, SICH) == {False}),
        ("Answers that are the same, to the patient in 1,000, are drawn once", each_answer_once),
        ("The RD, Peto's and the exact method never add anything", lambda p: {
            one.analysis.zero_cells for one in p.answers[DEATHS]
            if one.analysis.measure == "RD" or one.analysis.method in ("Peto", "exact")} == {None}),
        "89 analyses of the OR, 87 of the RR and 29 of the RD",
        "of 1,000, 207 were independent, 305 died, and 177 had SICH",
        ("with HKSJ no interval for death excludes zero", lambda p: decided(
            p, DEATHS, interval="hksj") | decided(p, DEATHS, interval="hksj-truncated") == {False}),
        ("excludes 1 (0.39 [0.16, 0.93]), that of its RR includes it (0.51 [0.24, "
         "1.05])",
         lambda _: excludes(pooled(DEATHS)) and not excludes(pooled(DEATHS, measure="RR"))),
        ("REML and ML estimate 0.00, which turns their random effects into a fixed effect; PM "
         "estimates 0.62, SJ 0.85", tau2_moves_death_away),
        ("from p < 0.001 to p = 0.34 over the grid; the paper's is p = 0.03, and HKSJ alone makes "
         "it p = 0.15. Leaving out one of three", lambda _: sum(
             significant(tt.leave_one_out(pooled(DEATHS)))) == 1),
        "with HKSJ it is 2.87 [1.33, 6.22], and the least favorable analysis still leaves 15 more",
        ("For SICH it is narrower", the_trap_is_of_hemorrhage_only),
        "about once in 15 times. Where $\\tau^2$ is zero, HKSJ multiplies the standard error by "
        "$\\sqrt{Q/(k-1)}$, here 0.38",
        "includes 1 with $k-2$ (0.99 to 8.31) and excludes it with $k-1$ (1.31 to 6.30)",
        ("For independence and SICH the likelihood sees no variation between studies",
         likelihood_sees_variation),
        "$\\tau^2$ = 0.34 and 0.32 [0.09, 1.13]. That is Wald's interval, with p = 0.08. The test "
        "by the likelihood ratio, which does not assume that the curve is a normal one, has p = "
        "0.04",
        "all 1,409 sets of tables",
        ("p = 0.073. The deviance, which asks how much better separate odds ratios fit, has p = "
         "0.043. The usual $Q$ has p = 0.15. Most of the gap to $Q$ comes from the study in which "
         "none of the stented died", one_study_makes_the_gap),
        ("98.6 % to more than 99.9 % for independence, 95.1 % to 99.2 % for death and 78.9 % to "
         "86.8 % for SICH, depending on the prior. For death in a new hospital it can be as low as "
         "85.3 %",
         skeptics_are_nearer_to_no_difference),
        "rises from 0.17 to 0.58 as the median of its prior rises from 0.17 to 0.67",
        "In a listed grid of 205 analyses", "hypergeometric-normal OR 0.32 [0.09, 1.13]; Bayesian, "
        "flat and half-normal with scale > 0.5: 0.44 [0.16, 0.90]",
    ],
    "intervals": [
        "Wald intervals for death covered the truth in 97 % without heterogeneity > and in 90 %",
        ("The true mean OR is the one the paper found for the outcome", the_experiment),
        ("have a true OR between the mean OR divided by 2.7 and multiplied by 2.7",
         lambda _: np.mean(
            np.abs(np.random.default_rng(1).normal(0, MODERATE, 100_000)) < np.log(2.7)
        ) == approx(0.95, abs=0.01)),
        ("$\\tau$ is estimated as 0.57; for independence and for symptomatic hemorrhage (SICH), as "
         "zero",
         lambda _: [pooled(o).tau2 for o in OUTCOMES] == approx([0, 0.57**2, 0], abs=0.01)),
        "| all the same | 97 % | 95 % | 95 % | >99 % | | $\\tau$ = 0.5 | 90 % | 82 % | 94 % | 99 % "
        "| | $\\tau$ twice that | 86 % | 60 % | 93 % | 97 % |",
        ("**The paper's interval is honest if the studies agree, and too short if they do not.**",
         honest_if_they_agree),
        ("the estimate was exactly zero in 41 % of the meta-analyses", as_precise_as_said),
        ("Other estimators of $\\tau^2$ do not mend this", lambda _: all(
            shares(DEATHS, name) == approx(shares(DEATHS, REVMAN), abs=0.01)
            for name in ("DL", "REML", "PM"))),
        ("A fixed effect is worse", lambda _: every(lambda o: [
            shares(o, name)[1:] < shares(o, REVMAN)[1:] - 0.01 for name in (FIXED, PETO)])),
        ("That brings coverage near 95 %", lambda _: every(nearer_to_95)),
        ("a little less for the rarer hemorrhages", lambda _: (
            shares(SICH, HKSJ) < np.minimum(shares(MRS, HKSJ), shares(DEATHS, HKSJ))).all()),
        ("The price is power", lambda _: every(lambda o: (shares(o, TRUNCATED, "power")
         < shares(o, HKSJ, "power")) & (shares(o, HKSJ, "power") < shares(o, REVMAN, "power")))),
        "630 would find it significant by the paper's method and 380 by HKSJ",
        "about 100 do by the paper's method, 60 by HKSJ",
        "26 % of the meta-analyses without heterogeneity, and in 16 % at",
        ("such an interval is never narrower than Wald's. With four studies it covers the truth in "
         ">99 %", lambda _: every(never_narrower)),
        "it finds the effect on death in 43 % where plain HKSJ does in 61 %",
        ("too wide where studies agree, and about right where they differ much",
         lambda _: intervals.cell(
            DEATHS, 0.0).prediction.value > 0.99 and intervals.cell(
            DEATHS, 1.0).prediction.value == approx(0.94, abs=0.015)),
        "claims harm in 820 of 1,000 meta-analyses, with a median OR of 2.41. RevMan 5's rules "
        "claim it in 870",
        "claims harm in 40 of 1,000; the exact conditional OR, which approximates nothing, in 20",
        ("Equal arms are safe from false harm, but not from the 0.5", the_half_hides_a_benefit),
        "finds the benefit in 11 % of the meta-analyses, where Mantel-Haenszel without the 0.5 "
        "finds it in 41 %", "it claims a direction in 0 of 1,000",
        ("Of the paper's events the hemorrhages are the fewest", lambda _: min(
            OUTCOMES, key=lambda o: sum(arm.sum() for arm in data.counts(o).arms[::2])) == SICH),
        ("covers the truth in >99 %, which sounds good, but it hardly ever finds anything (<1 %), "
         "and its OR is 28 % too near no effect", rare_events),
        ("it errs where the effect is large",
         lambda _: bias_of(PETO) > 0.05 > 0.02 > bias_of(REVMAN)),
        "notices the bias in 18 %. The page on [robustness](robustness.md) has 9 %",
        "false alarms rise to 25 %",
        "bias in 8 % with 4 studies, near the formula, and in 78 % with 40",
    ],
    "explorer": [
        ("To try analyses until one pleases is not evidence", links_keep_their_promises),
        "mRS 0-2)* in 88 of 88, - for *Death* in 27 of 88, - for *Symptomatic intracranial "
        "hemorrhage (SICH)* in 0 of 88",
    ],
    "exercises-pooling": [
        ("On average the vaccine halves the risk", lambda p: 0.45 < p.bcg_careful.estimate < 0.55),
        ("0.13 to 1.79, says what a new place may expect: from far fewer cases to more",
         careful_bcg),
        "No: $I^2$ is still 75 % and 72 %",
        ("The smaller the trial, the larger the benefit", lambda p: p.slope.p < 0.05),
        ("A clear benefit by either model: 0.56 [0.43, 0.74] random, 0.80 [0.72, 0.89] fixed",
         a_clear_benefit_without_isis),
        ("All four agree that infections are fewer", all_four_rules_agree),
        ("0.60 [0.40, 0.89] excludes 1, 0.60 [0.34, 1.04] (p = 0.06) does not", lambda p:
         abs(p.diuretics.effect - p.diu_careful.effect) < 0.01),
        "2: without Tervila and Vartiainen 1971 and Campbell and MacGillivray 1975 the interval",
        "Unknown: the prediction interval is 0.14 to 2.46",
    ],
    "your-own-counts": [
        ("The two agree on the size and not on the certainty",
         sizes_agree_and_certainties_do_not),
    ],
})  # fmt: skip


def test_the_alt_text_of_the_coverage_holds_the_numbers_of_the_table():
    alt = intervals_shown.coverage().alt
    for method in intervals_shown.PANELS:
        part = alt.split(f"{method}: ")[1].split(".")[0]
        for outcome in OUTCOMES:
            assert ", ".join(map(intervals.in_hundred, shares(outcome, method))) in part
