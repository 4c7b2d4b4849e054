"""Generated files: read to what was written into them, or refused in one line."""

import csv
import io
import random

import openpyxl
import pytest
from twobytwo import CountsError, read_counts

FILES = 60  # for each seed
NAMES = ["Ash 1999", "Müller & Søn 2003", "O'Neil 2011", "Kim, Lee 2012", 'The "BIG" trial',
         "Łuk 2020", "Peng; Wu 2019", "Zhang 2001a", "Zhang 2001b", "von Tal 1987",
         "王 2020", "TOTAL 2015"]  # fmt: skip
# A header, and what stands in its columns, of: study, events and patients, and those without.
WIDE = {
    "study|events_treatment|n_treatment|events_control|n_control": "senfm",
    "Author (year)|Deaths, drug|Total, drug|Deaths, placebo|Total, placebo": "senfm",
    "trial|n1i|n2i|ai|ci": "snmef", "id|ai|bi|ci|di": "sebfd",
    "x|tpos|tneg|cpos|cneg|study": "?ebfds",
    "Study name|event.e|n.e|event.c|n.c|note": "senfm?", "Study|EVT|Usual care": "spq",
    "Note|Study|E_T|N_T|E_C|N_C|Age": "?senfm?", "study|arm|deaths|patients": "long",
}  # fmt: skip
SIGNS = 'A1230.,;\t"\n\r eE+-x\u2028\ufeff１é'
# What makes a count none.
JUNK = ["", "x", "-1", "1.200", "1,200", "5%", "NA", "3.5", "1e40", "=2+3", "10-May", "#REF!",
        "9" * 5000, "5 (50)", "1 000", "²", "12/1/2020", "\u22123"]  # fmt: skip


def made(chance):
    """Rows of cells, and the studies in them."""
    studies = []
    for name in chance.sample(NAMES, chance.randint(1, len(NAMES))):
        n, m = chance.randint(1, 400), chance.choice([chance.randint(1, 60), 10**9])
        e, f = chance.randint(0, n), chance.randint(0, m)
        studies.append((name, e, n, f, m))
    header, kinds = chance.choice(list(WIDE.items()))
    rows = [header.split("|")]
    for name, e, n, f, m in studies:
        if kinds == "long":
            arms = [[name, "active", e, n], [name, "control", f, m]]
            rows += arms if chance.random() < 0.5 else arms[::-1]
        else:
            other = chance.choice(["", "text", "see, p. 3; 4"])
            cell = {"s": name, "e": e, "n": n, "f": f, "m": m, "b": n - e, "d": m - f,
                    "p": f"{e}/{n}", "q": f"{f}/{m}", "?": other}  # fmt: skip
            rows.append([cell[kind] for kind in kinds])
    return [[str(cell) for cell in row] for row in rows], studies, kinds


def dressed(chance, rows):
    """The same rows with what stands around them."""
    wide = len(rows[0])
    if chance.random() < 0.3:
        rows = [["Deaths at one year"], [], *rows]
    if chance.random() < 0.3:
        rows = [*rows, [], ["Source: the reports"] + [""] * (wide - 1)]
    if chance.random() < 0.3:
        rows = [row + [""] * chance.choice([0, 2]) for row in rows]
    return [[f" {cell} " if chance.random() < 0.1 else cell for cell in row] for row in rows]


def written(chance, rows):
    """A file: the text in some encoding, or a workbook."""
    if chance.random() < 0.15:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([int(c) if c.isdecimal() and len(c) < 12 else c for c in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    text = io.StringIO()
    end = chance.choice(["\n", "\r\n", "\r"])
    csv.writer(
        text, delimiter=chance.choice(",;\t|"), lineterminator=end,
        quoting=chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ).writerows(rows)  # fmt: skip
    return text.getvalue().encode(chance.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]))


def outcome(content):
    """What is read, or the refusal."""
    try:
        counts = read_counts(content)
    except CountsError as refusal:
        message = str(refusal)
        assert len(message.splitlines()) == 1
        assert len(message) < 2000
        return message
    return list(zip(counts.study, *(arm.tolist() for arm in counts.arms), strict=True))


def spoiled(chance, rows, kinds):
    """The rows with one fault that makes the answer wrong, and which it is."""
    rows = [list(row) for row in rows]
    at = chance.randrange(1, len(rows))
    counts = [2, 3] if kinds == "long" else [i for i, kind in enumerate(kinds) if kind not in "s?"]
    fault = chance.choice(["junk", "shift", "again", "column"])
    if fault == "junk":
        rows[at][chance.choice(counts)] = chance.choice(JUNK)
    elif fault == "shift":
        del rows[at][chance.choice(counts)]
    elif fault == "again":
        study = [2] if kinds == "long" else [kinds.index("s")]
        again = [c.upper() + " " if i in study else c for i, c in enumerate(rows[at])]
        rows.insert(at, rows[at] if kinds == "long" else again)
    else:
        gone = chance.choice(counts)
        rows = [[cell for i, cell in enumerate(row) if i != gone] for row in rows]
    return rows, fault


@pytest.mark.parametrize("seed", range(5))
def test_files_are_read_as_written_or_refused_in_one_line(seed):
    """A file as it should be, one with a fault, one with bytes exchanged, and anything typed."""
    for file in range(1000 * seed, 1000 * seed + FILES):
        chance = random.Random(file)
        rows, studies, kinds = made(chance)
        whole = written(chance, dressed(chance, rows))
        found = outcome(whole)
        assert found == studies, (file, found, studies)
        faulty, fault = spoiled(chance, rows, kinds)
        refusal = outcome(written(chance, faulty))
        assert isinstance(refusal, str), (file, fault, faulty)
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        typed = "".join(chance.choices(SIGNS, k=chance.randrange(40))).encode()
        some = chance.randbytes(chance.randrange(60))
        for content in (bytes(broken), typed, b"study,ai,n1i,ci,n2i\n" + typed, some):
            found = outcome(content)  # is read or refused, and fails in no other way
            assert isinstance(found, str) or min(min(counts) for _, *counts in found) >= 0
