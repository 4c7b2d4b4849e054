"""What the pages on arms, later evidence and patients say in words stands there and holds."""

import math
import re

import numpy as np
import pytest
from metabook import data, hundred
from metabook.show import show
from rescue.beyond import (
    bias,
    certainty,
    chosen,
    chosen_figures,
    meaning,
    randomized,
    since,
    trial_sizes,
)
from running import DEATHS, MRS, OUTCOMES, SICH, STUDIES, claims, excludes, run
from twobytwo import leave_one_out, per_thousand, pool
from twobytwo.estimate.printed import is_symmetric

pooled, rows, approx = data.pooled, data.rows, pytest.approx
BLEEDING, WHOLE = randomized.finding(SICH), randomized.WHOLE_SCALE


# ---- how the arms were formed


def first_numbers(characteristic, arm):
    """As printed, study by study."""
    wanted = {"characteristic": characteristic, "arm": arm}.items()
    return np.array([
        float(row["printed"].split()[0]) for row in rows("baseline.csv") if wanted <= row.items()
    ])  # fmt: skip


def apart(characteristic):
    found = chosen.differences()
    return found[found["characteristic"] == characteristic].set_index("study")["standardized"]


def closed_by_definition(_):
    controls = [row for row in rows("counts.csv") if row["outcome"] == "reperfusion"]
    return [(row["events_control"], row["basis_control"]) for row in controls] == [
        ("0", "by definition")
    ] * 4


def one_count_is_inferred(_):
    """In the table under the figure, and in its alternative text, the same numbers stand."""
    alt, table = chosen_figures.flow("a").alt, repr(chosen.flow_table())
    for count in ("59", "24", "137"):
        assert f"({count})" in alt
        assert count in table
    assert "artery opened later (not known): in no group" in alt
    assert "11 of 12 of Cornelissen 2018 are inferred" in table
    return [
        row["study"] for row in rows("counts.csv")
        if (row["outcome"], row["basis_treatment"]) == ("reperfusion", "percent x n")
    ] == ["Cornelissen 2018"]  # fmt: skip


def three_opened_with_tirofiban(_):
    note = next(row["note"] for row in rows("studies.csv") if row["study"] == STUDIES[0])
    match = re.search(r"(\d+) = (\d+) reperfused \+ (\d+) by tirofiban \+ (\d+) \+ (\d+)", note)
    total, *parts = map(int, match.groups())
    sentence = "In Baracchini 2017 three arteries opened with tirofiban"
    return (total, parts[1]) == (sum(parts), 3) and sentence in repr(chosen.flow_table())


def serious_for_two_reasons(_):
    """Every study is judged in seven domains, with a reason; overall by the worst that is known."""
    found, unknown = bias.judgments(), bias.UNKNOWN
    assert len(found) == 7 + 1
    assert all(list(studies) == STUDIES for studies in found.values())
    assert all(row["reason"].endswith(".") and row["source"] for row in rows("bias.csv"))
    ladder = [[unknown, "low"], [unknown], ["critical", "serious"]]
    assert [*map(bias.overall, ladder)] == ["low", unknown, "critical"]
    return [domain for domain, judged in found.items() if {*judged.values()} == {"serious"}] == [
        "confounding", "selection of patients", bias.OVERALL,
    ]  # fmt: skip


def lights_differ_in_sign(_):
    shown = {row["judgment"] for row in rows("bias.csv")}
    signs = {sign for *_, sign in bias.LIGHTS.values()}
    return len(signs) == len(bias.LIGHTS) and shown == {"serious", "moderate", bias.UNKNOWN}


def counts_in_the_reasons(_):
    """Each "a of b" in a reason stands in the data as events and patients of that study."""
    known = {("Peng 2019", "75", "207")} | {
        (row["study"], row["events"], row["n"])
        for file in ("baseline.csv", "interventions.csv") for row in rows(file)
    }  # fmt: skip
    counts = [
        (row["study"], *pair)
        for row in rows("bias.csv") for pair in re.findall(r"(\d+) of (\d+)", row["reason"])
    ]  # fmt: skip
    return len(counts) == 7 and set(counts) <= known


def drugs_afterward():
    return {
        row["study"]: row["printed"]
        for row in rows("antithrombotics.csv") if row["phase"] == "after stenting"
    }  # fmt: skip


# ---- evidence since


def counts_of(row):
    keys = ("events_treatment", "n_treatment", "events_control", "n_control")
    return tuple(int(row[key]) for key in keys)


def later(outcome):
    wanted = (outcome, "posterior")
    return [r for r in rows("later_counts.csv") if (r["outcome"], r["circulation"]) == wanted]


def one_outcome_of_one_circulation(p):
    for outcome, result in {DEATHS: p.deaths, "mRS 0-3": p.able, SICH: p.bleeding}.items():
        assert set(result.study) == {row["study"] for row in later(outcome)}
        one_scale = p.printed[p.printed["outcome"] == outcome]
        assert set(one_scale["measure"]) == {"odds ratio"}
        assert one_scale["favors_stent"].nunique() == 1
        assert one_scale["study"].is_unique
    return p.five.study == (*STUDIES, since.CATALONIA)


def marked_as_inferred(p):
    marks = {"percentage of an inferred number": "*", since.RECOVERED: "†"}
    return p.inferred == {
        row["study"]: marks[row["count_from"]]
        for row in rows("later_counts.csv") if row["count_from"] in marks
    }  # fmt: skip


def only_the_mrs_differs(p):
    """Without either of the studies that may share patients."""
    deaths, able = leave_one_out(p.deaths), leave_one_out(p.able)
    sharing = ["Mohammaden 2023", "PC-SEARCH 2024"]
    assert list(deaths.labels[1:3]) == list(able.labels[1:]) == sharing
    return not any(map(excludes, deaths[1:3])) and excludes(*able[1:])


def first_is_among_the_largest(p):
    for result in (p.deaths, p.able, p.bleeding, p.five):
        assert 0 in np.argsort(-np.abs(result.study_effect))[:2]
        assert abs(result.effect) < abs(result.study_effect[0])
        years = [re.search(r"\d{4}$", study) for study in result.study]
        known = [match[0] for match in years if match]
        assert known == sorted(known)
        assert None not in years[: len(known)]  # what has no year comes last
    return True


def farther_when_adjusted(p):
    for outcome, crude in {DEATHS: p.deaths, "mRS 0-3": p.able}.items():
        fitted = p.adjusted(outcome)
        own, theirs = (dict(zip(x.study, x.study_effect, strict=True)) for x in (crude, fitted))
        both = own.keys() & theirs.keys()
        assert len(both) == 2
        assert all(theirs[study] / own[study] > 1 for study in both)
        assert fitted.p_value < 0.05
    return True


def largest_posterior_study(_):
    reports = [*rows("later_counts.csv"), *rows("reports.csv")]
    sizes = {
        row["study"]: int(row["n_treatment"]) + int(row["n_control"])
        for row in reports if row["circulation"] == "posterior"
    }  # fmt: skip
    return max(sizes, key=sizes.get) == since.ATTENTION and sizes[since.ATTENTION] == 477


def adjusted_row(study, outcome, better):
    """How far the limit of a printed ratio lies on the better side of 1."""
    row = since.row("adjusted.csv", study, outcome)
    assert row["favors_stent"] == better
    return float(row["lower"]) - 1 if better == "above 1" else 1 - float(row["upper"])


def what_must_be_misprinted(_):
    """What is marked as such; three intervals more are not symmetric on the log scale."""
    reviews = {(row["review"], row["outcome"]): row for row in rows("later_reviews.csv")}
    wrong = {key: row["misprint"] for key, row in reviews.items() if row["misprint"] != "no"}
    assert wrong == {("Atwan 2025", DEATHS): "p-value", ("Atwan 2025", SICH): "interval"}
    odd = [
        (row.get("study") or row["review"], row["outcome"])
        for file in ("adjusted.csv", "later_reviews.csv") for row in rows(file)
        if row["lower"] and not is_symmetric(row["estimate"], row["lower"], row["upper"])
    ]  # fmt: skip
    return odd == [
        ("Mohammaden 2023", "mRS shift"), ("unidentified study", MRS), ("Atwan 2025", MRS),
        ("Atwan 2025", SICH),
    ]  # fmt: skip


def marks_and_scales_of_the_reviews(_):
    drawn = run("evidence-since")[1]["since-reviews"].table.rows
    measure = ""
    for one in drawn:
        if one.kind == "subgroup":
            measure = "RR" if "risk ratio" in one.label else "OR"
        elif one.label != since.OURS:
            review = [row for row in rows("later_reviews.csv") if row["review"] == one.label]
            assert measure in {row["measure"] for row in review}
    return [one.label for one in drawn if one.effect.endswith("?")] == ["Atwan 2025"] * 2


# ---- what it would mean


def half_keeps_the_width(_):
    """Both in the icons, whose places are the ends and the middle of the four, and in the trial."""
    for outcome in OUTCOMES:
        result, (low, middle, high) = pooled(outcome), hundred.risks(outcome)
        c, n = result.arms[1]
        ends = [int(100 * x + 0.5) for x in (min(c / n), c.sum() / n.sum(), max(c / n))]
        assert [low.percent, middle.percent, high.percent] == ends
        whole = tuple(int(x / 10 + 0.5) for x in per_thousand(result, middle.percent / 100))
        assert hundred.patients(result, middle.percent) == whole
        none = hundred.patients(result, middle.percent, share=0)
        assert (none.difference, none.lower < middle.percent < none.upper) == (0, True)
        odds = (math.exp(float(limit) - float(result.effect) / 2) for limit in result.limits)
        half = tuple(int(100 * x / (1 + x) + 0.5) for x in odds)
        assert hundred.patients(result, 50, share=0.5)[2:] == half
        full, part = (trial_sizes.planned(outcome, share).odds_ratio for share in (1, 0.5))
        assert part**2 == approx(full)
    return True


def beside_the_trial(_):
    sentences, effect = meaning.beside(), pooled(DEATHS).effect
    assert all(abs(x.effect / effect) < meaning.NEAR for x in randomized.finding(DEATHS).results)
    assert BLEEDING.results[0].effect * pooled(SICH).effect < 0
    assert "11 of 100 with rescue, 10 without. That lies near" in sentences[DEATHS]
    assert "5 of 100 with rescue, 1 without. That lies beyond" in sentences[SICH]
    return "another scale" in sentences[MRS]


def graded(_):
    """In five domains, each with a reason; the level is that of its word."""
    levels = {"not serious": "0", "cannot be judged": "0", "serious": "1", "very serious": "2"}
    for outcome in OUTCOMES:
        judgments = [row for row in rows("certainty.csv") if row["outcome"] == outcome]
        assert len({row["domain"] for row in judgments}) == len(judgments) == 5
        assert (judgments[0]["domain"], judgments[0]["levels"]) == ("risk of bias", "2")
        assert certainty.certainty(outcome) == "very low"
    for row in rows("certainty.csv"):
        assert row["levels"] == levels[row["judgment"]]
        assert row["reason"].endswith(".")
        assert row["source"].startswith("The book's own judgment")
    return repr(certainty.summary_of_findings()).count("⊕◯◯◯ very low") == 3


def the_reasons_hold(_):
    far, arms = pooled(DEATHS).study_effect, [arm.copy() for arm in data.counts(DEATHS).arms]
    arms[0][1] += 1  # one more death in Chang 2018
    patients = {row["country"]: 0 for row in rows("studies.csv")}
    for row in rows("studies.csv"):
        patients[row["country"]] += int(row["n_treatment"]) + int(row["n_control"])
    assert pooled(DEATHS).p_value < 0.05 < pool(*arms).p_value
    assert max(far[0], far[2]) < 2 * min(far[1], far[3]) < 0
    assert [excludes(pooled(outcome)) for outcome in (MRS, SICH)] == [True, False]
    assert min(pooled(MRS).study_effect) > 0
    assert pooled(SICH).q_p_value > 0.1
    return patients["South Korea"] + patients["China"] > 352 / 2


test_each_sentence_holds = claims({
    "limitations": [
        ("137 of 137. That is no finding. It is how they were chosen", closed_by_definition),
        ("In three studies (one count is inferred) 24 of 83 were not (29 %)",
         one_count_is_inferred),
        ("by one more attempt or by a drug, are in neither group", three_opened_with_tirofiban),
        ("All four are at serious risk, for two reasons", serious_for_two_reasons),
        ("cross: serious. Ring with a wave: moderate. Question mark: the records do not say",
         lights_differ_in_sign),
        ("which left out 75 of 207 patients", counts_in_the_reasons),
        ("4 of 23 of the stented against 10 of 23 of the controls. Fisher's exact test says p = "
         "0.11. Yet the difference is 26 points, and the share of the controls is 2.5 times",
         lambda _: apart("IV-tPA")[STUDIES[0]] == approx(
             (4 / 23 - 10 / 23) / math.sqrt((4 * 19 + 10 * 13) / 23**2 / 2))),
        "Of 10 rows that can be compared 7 lie outside the band",
        ("younger in all four studies, and in none did they arrive more severely ill", lambda _: (
            first_numbers("age", "stent") < first_numbers("age", "control")).all()
         and (first_numbers("NIHSS", "stent") <= first_numbers("NIHSS", "control")).all()),
        "Over the 3 studies that print means we can pool",
        "change the odds of independence by a factor of 16, and those of death by one of 12",
        ("the infarcts of the controls were larger (30.1 mL against 14.9 mL on average)", lambda _:
         round((first_numbers("infarct volume", "control")
                / first_numbers("infarct volume", "stent")).item()) == 2),
        ("More of the controls had thrombolysis",
         lambda _: (apart("IV-tPA") < 0).tolist() == [True] * 4),
        ("three causes, each as unequal between the arms as the records show. Arrow: off the scale",
         lambda _: [chosen.needed(one, MRS) == "cannot" for one in chosen.unequal()] == [
             True, True, False]),
        "If independence is 2.5 times as frequent with an open artery, and death 3.3 times as "
        "frequent with a closed one, that alone gives both",
        ("thrombolysis was that unequal in only one small study", lambda _:
         apart("IV-tPA").idxmin() == STUDIES[0]
         and sorted(apart("IV-tPA"))[1] > 0.7 * min(apart("IV-tPA"))),
        ("One study gives a time, and none a definition", lambda _: [
            (row["study"], row["definition"]) for row in rows("sich_definitions.csv")] == [
            (study, "") for study in STUDIES] and [row["within"] for row in rows(
                "sich_definitions.csv") if row["within"]] == ["48 hours"]
         and repr(show("sich_definitions.csv")).count("not said") == 7),
        ("In half of the studies nobody knows which drugs were given afterward", lambda _: [
            study for study, text in drugs_afterward().items() if text.startswith("Not available")
        ] == ["Chang 2018", "Peng 2019"] and len({*drugs_afterward().values()}) == 4),
        ("Where EU and UD are equal, they are the E-value", lambda _: [
            chosen.limit(outcome) > 1 for outcome in OUTCOMES] == [True, False, False]),
    ],
    "evidence-since": [
        ("Fewer deaths with a stent in 4 studies that were not randomized", lambda p:
         p.deaths.ci_upper < 1 and p.deaths.k == len(later(DEATHS))),
        ("A more careful interval, 0.18 to 1.41, includes 1, which is no difference",
         lambda p: not excludes(p.hksj)),
        ("The largest study shows no difference", largest_posterior_study),
        ("moves toward no difference, from 0.39 to 0.52", lambda p: all(
            pooled(DEATHS).estimate < five.estimate < 1 for five in p.joined.values())),
        ("soon after a procedure that causes tears and bleeding", lambda _: {
            BLEEDING.favors, randomized.finding("arterial dissection", "procedure").favors,
        } == {"control"}),
        ("**Two results, two directions.**", lambda _: randomized.finding(WHOLE, "90 days").ratio[0]
         < 1 < randomized.finding(WHOLE, "1 year").ratio[0]),
        "In the trial 8 of 175 against 1 of 169",
        "The OR is 8.05, with an interval from 0.996 to 65.06, which includes 1. (The "
        "lower limit prints as 1.00.) Fisher's exact test gives p = 0.037",
        "the treated artery could close again, in 326 of 348 patients",
        ("and the missing harm are found where",
         lambda _: pooled(SICH).estimate < 1 < BLEEDING.ratio[0]),
        ("The newest appeared after the trial", lambda _: max(
            row["year"] for row in rows("guidelines.csv")) > re.search(
                r"Lancet Neurol (\d{4});", rows("sources.csv")[0]["what"])[1]),
        ("We pool studies of one outcome and one circulation", one_outcome_of_one_circulation),
        ("Catalonia counts a moderate disability as good", lambda _: MRS not in {
            row["outcome"] for row in rows("later_counts.csv") if row["study"] == since.CATALONIA}),
        ("They were recovered from printed totals and p-values", marked_as_inferred),
        "327 deaths instead of 494 in 1,000 patients, *if*", "The studies disagree: $I^2$ is 67 %",
        ("ATTENTION is larger than the others together. Without it the OR is 0.39 [0.23, 0.66], in "
         "3",
         lambda _: 346 + 131 > 81 + 82 + 65 + 12 + 64 + 54),
        ("By itself it shows no difference: 123/346 against 49/131 deaths, stented and controls, "
         "and 117/346 against 50/131 patients", lambda _: not any(map(excludes, (
             pool([123], [346], [49], [131]), pool([117], [346], [50], [131]))))),
        ("the OR for death is 0.46 or 0.51, and either interval includes 1",
         only_the_mrs_differs),
        "OR 3.07 [1.79, 5.24]. Without one or the other of the two that may share patients it is "
        "3.89 or 2.78",
        ("The two registries point opposite ways, and $I^2$ is 87 %",
         lambda p: p.bleeding.study_estimate[0] < 1 < p.bleeding.study_estimate[1]),
        "528 or 530 or 532",
        ("the pooled OR is 0.52: closer to 1 than that of the four studies, and more precise",
         lambda p: all(five.se < pooled(DEATHS).se for five in p.joined.values())),
        "In Catalonia alone p is 0.133 to 0.136",
        ("without it the OR is 0.57 [0.35, 0.91]", lambda p: p.five.study[2] == STUDIES[2] and pool(
            *(np.delete(counts, 2) for arm in p.five.arms for counts in arm)
         ).text == "0.57 [0.35, 0.91]"),
        ("The first study of each series shows one of the largest", first_is_among_the_largest),
        "adjusted 0.32 [0.18, 0.56]", "0.32 [0.09, 1.10]", "3.95 [0.96, 16.25]", "(3 studies each)",
        ("For SICH the two adjusted ORs point opposite ways", lambda p:
         p.adjusted(SICH).study_estimate[0] < 1 < p.adjusted(SICH).study_estimate[1]),
        ("In both the adjusted OR is farther from no difference", farther_when_adjusted),
        "Its upper limit is 2.0 times the lower. In a plain comparison with an arm of only 69 "
        "patients, the upper limit is at least 2.6 times",
        "the largest posterior registry (477 patients): SICH in 22 of 346 with a stent against 2 "
        "of 131",
        ("no difference: 1.06 [0.85, 1.32], p = 0.61. (Two cuts of the scale, also adjusted, favor",
         lambda _: min(adjusted_row(since.CATALONIA, cut, "above 1")
                       for cut in (since.CATALONIAN, "mRS 0-1")) >= 0),
        "It found more SICH, OR 1.54 [1.06, 2.23], and no clear gain in independence, 1.31 [0.94, "
        "1.82]",
        ("Over the whole mRS its stented patients did better",
         lambda _: adjusted_row("French 14-center cohort", "mRS shift", "below 1") > 0),
        ("**Alexandre** found a benefit only in the tightest stenoses, and more SICH", lambda _: [
            row["study"] for row in rows("reports.csv") if row["speaks_against"] == "yes"] == [
            "French 14-center cohort", "Alexandre"]),
        ("A question mark stands by what must be misprinted", marks_and_scales_of_the_reviews),
        ("5 reviews are not 5 confirmations", lambda _: len(
            {row["review"] for row in rows("later_reviews.csv")}) == 5),
        ('0.75 [0.75, 0.99], whose lower limit equals its estimate, and a p-value "> 0.00001"',
         what_must_be_misprinted),
        "2.11 [1.22, 4.29]. The middle of that interval is 2.28 to 2.29",
    ],
    "what-it-means": [
        ("The certainty is very low, for all three outcomes", graded),
        "107 fewer deaths in 1,000 where few die, and 207 fewer where many do",
        ("at $s = 1/2$ the square root of its OR, at $s = 0$ no effect", half_keeps_the_width),
        ("Every step down is a judgment, **the book's own**", the_reasons_hold),
        ("The two steps for the risk of bias alone take the rating from high to low",
         beside_the_trial),
        ("3 of the 4 studies are of anterior arteries; one is mixed", lambda _: [
            row["circulation"] for row in rows("studies.csv")].count("mixed") == 1),
        ("138 patients are enough for independence, and 212 for death. ANGEL-REBOOT had 348, "
         "PISTAR plans 346: a chance of 99 % and 95 % to find it",
         lambda _: trial_sizes.sizes() == {"ANGEL-REBOOT": 348, "PISTAR": 346}),
        "(OR 1.70 instead of 2.87 for independence, 0.62 instead of 0.39 for death), a trial needs "
        "600 and 728 patients, or 804 and 974 for the higher power. A trial of 348 patients then "
        "has about an even chance to find it: 57 % and 49 %",
        "it would take 1,696 patients, and 348 have a chance of 24 %",
        ("nearly twice the 352 patients", lambda _: approx(2, rel=0.05) == (348 + 346) / 352),
    ],
})  # fmt: skip


def test_the_power_figure_says_what_the_table_says():
    alt, shown = trial_sizes.power("a").alt, repr(trial_sizes.trial_sizes())
    for share in re.findall(r"(\d+ %) with 348", alt):
        assert share in shown
