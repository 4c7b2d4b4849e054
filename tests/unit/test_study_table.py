"""The table of the studies and the pooled result, and what a result prints."""

from twobytwo import pool, pool_proportions

DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
NAMES = ["Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019"]


def summary(*arms, **choices):
    return repr(pool(*arms, **choices)).splitlines()


def test_the_summary_of_mortality():
    result = pool(*DEATHS, study=NAMES)
    assert repr(result).splitlines() == [
        "Study             Treatment  Control   Weight       OR [95 % CI]",
        "Baracchini 2017        1/23     9/23   13.1 %  0.07 [0.01, 0.62]",
        "Chang 2018             6/48   19/100   34.9 %  0.61 [0.23, 1.64]",
        "Cornelissen 2018       0/12     5/14    7.6 %  0.07 [0.00, 1.41]",
        "Peng 2019             21/66    29/66   44.3 %  0.60 [0.29, 1.21]",
        "Total                28/149   62/203  100.0 %  0.39 [0.16, 0.93]",
        "",
        "Heterogeneity: tau2 = 0.33; Q = 5.29, df = 3 (p = 0.15); I2 = 43 %",
        "Overall effect: z = 2.11 (p = 0.03)",
        "Prediction interval for a new study: [0.02, 8.95]",
        "",
        result.method_sentence,
    ]


def test_a_fixed_effect_has_no_tau2_and_no_prediction_line():
    lines = summary(*DEATHS, model="fixed", level=0.999)
    assert lines[0].endswith("OR [99.9 % CI]")
    assert not [line for line in lines if "tau2 =" in line or line.startswith("Prediction")]


def test_what_cannot_be_said_of_one_study_or_none():
    one, none = summary([0, 3], [9, 9], [0, 5], [9, 9]), summary([0], [9], [0], [9])
    assert one[1].split() == ["Study", "1", "0/9", "0/9", "-", "not", "estimable"]
    assert none[2].split() == ["Total", "0/9", "0/9", "-", "not", "estimable"]
    assert "Heterogeneity: not applicable" in one
    assert "Prediction interval for a new study: undefined (it needs three studies)" in one
    assert {"Heterogeneity: not applicable", "Overall effect: not applicable"} <= {*none}


def test_a_small_effect_keeps_its_digits_and_a_study_alone_is_rounded_exactly():
    lines = summary([4, 500], [10000, 1000], [8, 300], [10000, 1000], measure="RD")
    assert lines[1].endswith("  -0.00040 [-0.00108, 0.00028]")
    alone = pool([1], [6], [8], [17])  # 0.225, which a float has a little less than
    assert alone.estimate < 0.225
    assert alone.text == "0.23 [0.02, 2.36]"
    # Of a ratio the bound is told where five decimals do not show it; of a proportion all digits.
    assert pool([1], [10**7], [5000], [10**4]).text == "< 0.001 [< 0.001, < 0.001]"
    assert pool_proportions([1, 2], [10**5] * 2).text == "0.0015 [0.0005, 0.0047]"
    assert pool_proportions([99_998, 99_999], [10**5] * 2).text == "99.9985 [99.9953, 99.9995]"
