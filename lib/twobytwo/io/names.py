"""The words in names of columns, and what they say.

They are those of metafor (ai n1i ci n2i, tpos tneg cpos cneg), meta (event.e n.e event.c n.c),
Stata (npost nnegt nposc nnegc), gemtc (responders, sampleSize), RevMan 5 and RevMan Web (Events
1, Total 1; Experimental cases, Experimental N), OpenMeta, CMA, Covidence, plain English, and
German, French and Spanish.
"""

from __future__ import annotations

import re

TREATMENT, CONTROL = "treatment", "control"
EVENTS, N, WITHOUT, BOTH = "events", "n", "without", "both"
NO_EVENTS = "no events"  # may also mean "number of events"


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, called in words.items() for word in called.split()}


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split(","))


KIND = _by_word({
    EVENTS: """event events evts ev x r y cases case death deaths dead died mortality
        responder responders response responses success successes failure failures affected
        infected infection infections pos npos positive positives relapse relapses recurrence
        recurrences bleed bleeds bleeding remission remissions cure cures cured improved
        stroke strokes numerator
        ereignis ereignisse todesfälle todesfaelle verstorben verstorbene événement événements
        evenements décès deces evento eventos muertes fallecidos""",
    N: """n total totals patients participants patient participant sample samplesize size
        subjects randomized randomised analyzed analysed denominator denom population obs tot
        enrolled ntot ntotal totaln pop patienten gesamt gesamtzahl effectif effectifs pacientes
        totales""",
    WITHOUT: """neg nneg negative negatives nonevent nonevents noevent noevents nodeath nodeaths
        noncases nonresponders nonresponse""",
})  # fmt: skip
ARM = _by_word({
    TREATMENT: """treatment treatments treated treat trt trtmt tx t experimental experiment exper
        exp intervention interventions interv int intv active exposed index verum behandlung
        behandelt behandelte traitement traités tratamiento tratados intervención expérimental""",
    CONTROL: """control controls contr ctrl ctl cntrl con cont c placebo pbo plac comparator
        comparators comparison comp sham usual standard soc reference untreated unexposed
        unvaccinated conventional kontrolle kontrollen kontrollgruppe vergleich
        témoin témoins temoin contrôle contrôles""",
})  # fmt: skip
FILLER = _set(
    "number,num,no,nr,of,the,in,with,for,and,arm,arms,group,groups,grp,per,at,care,therapy,"
    "had,having,who,count,anzahl,der,die,gruppe,nombre,de,des,du,le,la,les,groupe,número,en,el,"
    "grupo"
)
ALL = _set("all,both,overall,pooled,combined,sum")  # no arm
COUNTED = {"count": EVENTS, "number": N, "num": N}  # beside an arm, and if no other word says more
# A column with one of these holds no count.
MEASURE = _set(
    "rate,rates,percent,percentage,pct,proportion,prop,risk,mean,sd,se,median,ratio,log,lower,"
    "upper,weight,age,estimate,p,or,rr,rd,hr,ci,pvalue,iqr,missing,label"
)
NO = ("no", "non", "not", "without")  # before a word for events
DEATHS = re.compile(r"d[._]", re.IGNORECASE)  # d.asp n.asp; as in Stata's d1 n1 d0 n0
NEGATED = re.compile(
    r"\b(?:no|non|not|without)[ _.-]*(?:treat\w*|exposed|intervention|vaccin\w*|drug|stent\w*)\b"
)
NUMBER_SIGN = re.compile(r"\b(?:no|nr)\.(?=\s|$|\w)|\bn°|№|#")
LONG_WORD = re.compile(r"[^\W\d_]{4,}")  # xTi is one
CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
WORD = re.compile(r"[^\W\d_]+|\d+|%")

# Cells of a table whose letters say nothing by themselves: taken only where all are there.
CONVENTIONS = tuple(
    {treated: (TREATMENT, EVENTS), of_treated: (TREATMENT, second),
     controls: (CONTROL, EVENTS), of_controls: (CONTROL, second)}
    for (treated, of_treated, controls, of_controls), second in (
        (("ai", "n1i", "ci", "n2i"), N), (("ai", "bi", "ci", "di"), WITHOUT),
        (("a", "b", "c", "d"), WITHOUT), (("a", "n1", "c", "n2"), N),
        (("n11", "n12", "n21", "n22"), WITHOUT), (("x11", "x12", "x21", "x22"), WITHOUT),
    )
)  # fmt: skip
ONE_ARM = {"xi": EVENTS, "ni": N, "mi": WITHOUT}

# What may name a study, best first; with words that may stand beside.
STUDY = ("nct", "study", "studies", "studlab", "slab", "studyname", "studyid", "author", "authors",
         "acronym", "name", "trial", "trials", "rct", "citation", "reference", "ref", "paper",
         "publication", "source", "studie", "étude", "estudio", "autor", "auteur", "label", "id",
         "number", "no")  # fmt: skip
BESIDE = _set("first,name,names,id,year,label,et,al,and,short,last,the,of,covidence,number")
YEAR = _set(
    "year,yr,study year,year of study,year of publication,publication year,pub year,pubyear,"
    "year published,date of publication,jahr,année,annee,año,ano"
)
OUTCOME = _set(
    "outcome,outcomes,outcome name,endpoint,end point,analysis name,outclab,outcome label"
)
SUBGROUP = _set("subgroup,sub group,subgroup name,subgroups,grplab")
ASIDE = {"outcome": OUTCOME, "year": YEAR, "subgroup": SUBGROUP}
ARM_COLUMN = _set(
    "arm,arms,group,groups,grp,treatment,treatments,treat,treated,trt,tx,t,intervention,"
    "interventions,condition,allocation,allocated,exposure,therapy,drug"
)
BESIDE_ARM = _set("name,label,title,study,trial,comparison,assigned,of")
