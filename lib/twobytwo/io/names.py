"""What the name of a column says: which arm, which count; or that it names the studies.

The words are those of metafor (ai n1i ci n2i, tpos tneg cpos cneg), meta (event.e n.e event.c
n.c), Stata (npost nnegt nposc nnegc), gemtc (responders, sampleSize), RevMan 5 and RevMan Web
(Events 1, Total 1; Experimental cases, Experimental N), OpenMeta, CMA, Covidence, and plain
English.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from typing import NamedTuple

TREATMENT, CONTROL = "treatment", "control"
EVENTS, N, WITHOUT, BOTH = "events", "n", "without", "both"
NO_EVENTS = "no events"  # may also mean "number of events"


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split(","))


KIND: dict[str, str] = {}
for _kind, _called in {
    EVENTS: """event events evts ev x r y cases case death deaths dead died mortality
        responder responders response responses success successes failure failures affected
        infected infection infections pos npos positive positives relapse relapses recurrence
        recurrences bleed bleeds bleeding remission remissions cure cures cured improved
        stroke strokes numerator""",
    N: """n total totals patients participants patient participant sample samplesize size
        subjects randomized randomised analyzed analysed denominator denom population obs tot
        enrolled ntot ntotal totaln""",
    WITHOUT: """neg nneg negative negatives nonevent nonevents noevent noevents nodeath nodeaths
        noncases nonresponders nonresponse""",
}.items():
    KIND |= dict.fromkeys(_called.split(), _kind)

ARM: dict[str, str] = {}
for _arm, _called in {
    TREATMENT: """treatment treatments treated treat trt trtmt tx t experimental experiment exper
        exp intervention interventions interv int intv active exposed index""",
    CONTROL: """control controls contr ctrl ctl cntrl con cont c placebo pbo plac comparator
        comparators comparison comp sham usual standard soc reference untreated unexposed
        unvaccinated conventional""",
}.items():
    ARM |= dict.fromkeys(_called.split(), _arm)

FILLER = _set(
    "number,num,no,nr,of,the,in,with,for,and,arm,arms,group,groups,grp,per,at,care,therapy,"
    "had,having,who,count"
)
ALL = _set("all,both,overall,pooled,combined,sum")  # no arm
COUNTED = {"count": EVENTS, "number": N, "num": N}  # beside an arm, and if no other word says more
# A column with one of these holds no count.
MEASURE = _set(
    "rate,rates,percent,percentage,pct,proportion,prop,risk,mean,sd,se,median,ratio,log,lower,"
    "upper,weight,age,estimate,p,or,rr,rd,hr,ci,pvalue,iqr,missing,label"
)
NEGATED = re.compile(
    r"\b(?:no|non|not|without)[ _.-]*(?:treat\w*|exposed|intervention|vaccin\w*|drug|stent\w*)\b"
)
NUMBER_SIGN = re.compile(r"\b(?:no|nr)\.(?=\s|$|\w)|\bn°|№|#")
LONG_WORD = re.compile(r"[^\W\d_]{4,}")  # xTi is one
CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
WORD = re.compile(r"[^\W\d_]+|\d+|%")

# Cells of a table whose letters say nothing by themselves: taken only where all are there.
CONVENTIONS: tuple[dict[str, tuple[str, str]], ...] = tuple(
    dict(
        zip(
            names.split(),
            [(TREATMENT, EVENTS), (TREATMENT, second), (CONTROL, EVENTS), (CONTROL, second)],
            strict=True,
        )
    )
    for names, second in (
        ("ai n1i ci n2i", N), ("ai bi ci di", WITHOUT), ("a b c d", WITHOUT), ("a n1 c n2", N),
        ("n11 n12 n21 n22", WITHOUT), ("x11 x12 x21 x22", WITHOUT),
    )
)  # fmt: skip
ONE_ARM = {"xi": EVENTS, "ni": N, "mi": WITHOUT}


class Meaning(NamedTuple):
    """What a name says.

    Attributes
    ----------
    arm : str or None
        `treatment` or `control`.
    kind : str or None
        `events`, `n`, `without` the event, or `both` for a cell such as 5/50.
    rest : tuple of str
        The words that say neither: an outcome, or the name of an arm.
    """

    arm: str | None
    kind: str | None
    rest: tuple[str, ...]


@cache
def plain(name: str) -> str:
    """A name without what does not tell names apart: case, width, signs, blanks.

    Examples
    --------
    >>> plain(" Events_Treatment")
    'events treatment'
    """
    return " ".join(re.findall(r"[^\W_]+|%", unicodedata.normalize("NFKC", name).casefold()))


@cache
def meaning(name: str) -> Meaning:
    """Read the name of a column.

    Examples
    --------
    >>> meaning("Deaths (stent)")
    Meaning(arm=None, kind='events', rest=('stent',))
    >>> meaning("xTi"), meaning("n.c")
    (Meaning(arm='treatment', kind='events', rest=()), Meaning(arm='control', kind='n', rest=()))
    """
    words = [part for word in _words(name) for part in _parts(word)]
    if MEASURE & set(words) or words[:1] == ["%"]:
        return Meaning(None, None, tuple(words))
    kinds = {KIND[word] for word in words if word in KIND}
    arms = {ARM[word] for word in words if word in ARM}
    rest = [w for w in words if w not in KIND and w not in ARM and w not in FILLER and w != "%"]
    if "d" in rest and any(map(str.isdigit, rest)):
        rest.remove("d")  # Stata's d1 n1 d0 n0
        kinds.add(EVENTS)
    if "e" in rest:  # events, unless another word says so: then the experimental arm
        rest.remove("e")
        if kinds:
            arms.add(TREATMENT)
        else:
            kinds.add(EVENTS)
    if "e" in rest:
        rest.remove("e")
        arms.add(TREATMENT)
    if "i" in rest and (arms or any(map(str.isdigit, rest)) or not kinds):
        rest.remove("i")  # metafor's index
    elif "i" in rest:
        rest.remove("i")
        arms.add(TREATMENT)
    arm = CONTROL if CONTROL in arms else TREATMENT if arms else None
    if arm == TREATMENT and len(rest) == 1 and len(rest[0]) == 1:
        arm = None  # treatment 1, treatment 2
    if arm and not kinds:
        kinds |= {EVENTS} & {COUNTED.get(word) for word in words}
        kinds |= {N} & {COUNTED.get(word) for word in words}
    if _is_a_fraction(name):
        kind: str | None = BOTH
    elif _is_a_negation(words):
        kind = NO_EVENTS
    elif kinds == {N} and "(%)" in name.replace(" ", ""):
        kind = EVENTS
    else:
        kind = next((one for one in (WITHOUT, EVENTS, N) if one in kinds), None)
    return Meaning(arm, kind, tuple(rest))


def _words(name: str) -> list[str]:
    name = spaced(unicodedata.normalize("NFKC", name)).casefold()
    name = NUMBER_SIGN.sub(" number ", name).replace("at risk", "n")
    return WORD.findall(NEGATED.sub(" control ", name))


def spaced(name: str) -> str:
    """A name with a blank between the words of sampleSize."""
    return LONG_WORD.sub(lambda word: CAMEL.sub(" ", word[0]), name)


def _parts(word: str) -> tuple[str, ...]:
    """Split a word such as xti or cdeath into its count and its arm."""
    if word in KIND or word in ARM or word in FILLER or word in MEASURE:
        return (word,)
    kinds, arms = KIND.keys() | {"e"}, ARM.keys() | {"e"}
    for whole in (word, word.removesuffix("i")):
        for at in range(1, len(whole)):
            left, right = whole[:at], whole[at:]
            if (left in kinds and right in arms) or (left in arms and right in kinds):
                return left, right
    return (word,)


def _is_a_negation(words: list[str]) -> bool:
    """Whether it says "no events", which may also mean "number of events"."""
    negations = ("no", "non", "not", "without")
    return any(one in negations and KIND.get(of) == EVENTS for one, of in pairwise(words))


def _is_a_fraction(name: str) -> bool:
    """Whether it says events/patients."""
    parts = name.split("/")
    if len(parts) != 2:
        return False
    left, right = ([KIND.get(word) for word in _words(part)] for part in parts)
    return left[-1:] in ([EVENTS], [N]) and right[:1] == [N]


# What may name a study, best first; with words that may stand beside.
STUDY = ("nct", "study", "studies", "studlab", "slab", "studyname", "studyid", "author", "authors",
         "acronym", "name", "trial", "trials", "rct", "citation", "reference", "ref", "paper",
         "publication", "source", "label", "id", "number", "no")  # fmt: skip
BESIDE = _set("first,name,names,id,year,label,et,al,and,short,last,the,of,covidence,number")
YEAR = _set(
    "year,yr,study year,year of study,year of publication,publication year,pub year,pubyear,"
    "year published,date of publication"
)
OUTCOME = _set(
    "outcome,outcomes,outcome name,endpoint,end point,analysis name,outclab,outcome label"
)
SUBGROUP = _set("subgroup,sub group,subgroup name,subgroups,grplab")
ARM_COLUMN = _set(
    "arm,arms,group,groups,grp,treatment,treatments,treat,treated,trt,tx,t,intervention,"
    "interventions,condition,allocation,allocated,exposure,therapy,drug"
)
BESIDE_ARM = _set("name,label,title,study,trial,comparison,assigned,of")


def is_arm_column(name: str) -> bool:
    """Whether a column says which arm a row is of.

    Examples
    --------
    >>> is_arm_column("Arm/Group Title"), is_arm_column("study")
    (True, False)
    """
    words = set(plain(spaced(name)).split())
    return bool(words & ARM_COLUMN) and words <= ARM_COLUMN | BESIDE_ARM


def study_rank(name: str) -> int | None:
    """How well a name says that the column names the studies; less is better.

    Examples
    --------
    >>> study_rank("Author (year)") < study_rank("trial")
    True
    >>> study_rank("events")
    """
    words = plain(spaced(name)).split()
    ranks = [STUDY.index(word) for word in words if word in STUDY]
    if not ranks or not all(word in STUDY or word in BESIDE for word in words):
        return None
    return min(ranks)
