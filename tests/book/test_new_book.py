"""`make new`: from a file of counts to a book that is whole and speaks of its data alone."""

import ast
import contextlib
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import examples
import pandas as pd
import pytest
from built import ROOT
from frictionless import Package
from jupytext import reads
from metabook import frames
from metabook.finding import direction, finding
from metabook.new import shared
from metabook.new.facts import read
from metabook.new.write import Supplies, filler, write
from sphinx_external_toc.parsing import parse_toc_yaml
from twobytwo import CountsError

TESTS = ("tests/test_data.py", "tests/test_sentences.py")  # what needs no built page


def make(folder, name, file=None, **given):
    title, treatment, control, _ = examples.EXAMPLES[name]
    file, wheel = file or examples.written(name, folder), folder / "twobytwo-0-py3-none-any.whl"
    wheel.touch()
    supplies = Supplies(wheel, ROOT / "requirements.txt", ROOT / "references.bib")
    write(read(str(file), "", {}), folder / "book", supplies, title=title,
          treatment=treatment, control=control, source="counts.csv", **given)  # fmt: skip
    return folder / "book"


def executed(page):
    """What the cells of a page say, run here one after the other."""
    names, output = {}, io.StringIO()
    with contextlib.redirect_stdout(output):
        for cell in reads(page.read_text("utf-8"), "md:myst").cells:
            if cell.cell_type != "code":
                continue
            tree = ast.parse(cell.source)
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, page.name, "exec"), names)
            if last is not None:
                shown = eval(compile(ast.Expression(last.value), page.name, "eval"), names)
                print(repr(shown), shown._repr_html_() if hasattr(shown, "_repr_html_") else "")
    return output.getvalue()


def test_what_this_book_shares_is_the_templates_to_the_letter():
    known, stood = shared.facts(), set()
    for page in sorted((ROOT / "chapters").glob("*.md")):
        text = page.read_text("utf-8")
        assert shared.filled(text, known) == text, f"{page.name} is not filled: run make shared"
        stood |= {f"{page}/{block}" for _, page, block, _ in shared.SECTION.findall(text)}
    fill = filler()
    names = (name for name in fill.list_templates() if name.startswith("chapters/"))
    blocks = {f"{Path(name).name.partition('.')[0]}/{block}"
              for name in names for block in fill.get_template(name).blocks}  # fmt: skip
    assert stood == blocks  # what is no block belongs to a new book alone


@pytest.mark.parametrize(
    "text", ["% template: counts/odds\n% end\n", "% template: results/forest rash\n% end\n",
             "% end\n", "% template: counts/files\n% template: counts/files\n% end\n"],
)  # fmt: skip
def test_a_mark_that_says_nothing_is_refused(text):
    with pytest.raises(LookupError):
        shared.filled(text, shared.facts())


@pytest.mark.parametrize("name", ["bcg", "catheters", "one", "ten", "none", "two", "names"])
def test_a_book_is_whole_and_speaks_of_its_own_data(name, tmp_path, monkeypatch):
    book = make(tmp_path, name)
    monkeypatch.setenv("METABOOK_ROOT", str(book))
    assert Package(book / "data" / "datapackage.json").validate().valid
    assert frames.arms().treatment == examples.EXAMPLES[name][1]
    pages = [book / f"{page}.md" for page in parse_toc_yaml(book / "_toc.yml")]
    texts = [page.read_text("utf-8") for page in pages]
    texts += map(executed, pages)
    texts += [(book / name).read_text("utf-8") for name in ("_config.yml", "references.bib")]
    assert not examples.OWN.search(re.sub(r"(?s)<svg.*?</svg>", "", " ".join(texts)))


# Events and patients of each arm: few in unequal arms, where 0.5 added to zero cells decides; none
# among the controls; an odds ratio of a millionth. The exact ones by the noncentral hypergeometric
# laws, convolved one by one.
RARE = [(0, 60, 3, 600), (1, 60, 2, 600), (0, 60, 1, 600), (1, 60, 4, 600), (0, 60, 0, 600)]
NONE = [(12, 100, 0, 100), (15, 100, 0, 101), (11, 100, 0, 102)]
TINY = [(1, 100_000, 99_900, 100_000), (3, 90_000, 89_910, 90_000), (2, 80_000, 79_890, 80_000)]


@pytest.mark.parametrize(
    ("rows", "found", "said"),
    [
        (RARE, "over 4 studies the odds were 2.89 times",
         "By the exact conditional method, as such counts need it, the odds ratio is 2.01 (0.21 to "
         "9.50). No direction may be claimed, because there are too few events"),
        (NONE, "the odds were 30.21 times",
         "the odds ratio is ∞ (11.12 to ∞). No direction may be claimed, because inverse variance"),
        (TINY, "the odds were < 0.001 times as high with drug as with placebo (95 % interval < "
         "0.001 to < 0.001", "There were fewer events with drug: "),
    ],
)  # fmt: skip
def test_the_answer_is_what_the_counts_can_bear(rows, found, said, tmp_path, monkeypatch):
    counts = pd.DataFrame(rows, columns=["ai", "n1i", "ci", "n2i"])
    counts.assign(study=[f"S{i}" for i in range(len(rows))]).to_csv(tmp_path / "some.csv")
    monkeypatch.setenv("METABOOK_ROOT", str(make(tmp_path, "one", tmp_path / "some.csv")))
    assert found in finding("the event")
    assert said in direction("the event")


def test_controls_without_an_event_show_no_risk(tmp_path, monkeypatch):
    counts = pd.DataFrame(NONE, columns=["ai", "n1i", "ci", "n2i"])
    counts.assign(study=list("ABC")).to_csv(tmp_path / "some.csv")
    book = make(tmp_path, "one", tmp_path / "some.csv")
    monkeypatch.setenv("METABOOK_ROOT", str(book))
    assert own_tests(book).returncode == 0
    for page in ("results", "what-it-means"):
        page = book / "chapters" / f"{page}.md"
        executed(page)
        text = page.read_text("utf-8")
        assert "The controls show no risk" in text
        assert "In 1,000 patients that is" not in text
        assert "average risk" not in text


def own_tests(book):
    """What a book's own tests say of it."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", *TESTS]
    return subprocess.run(command, cwd=book, capture_output=True, text=True)


@pytest.mark.parametrize(
    "study",
    ["100% {glue} `code` $x$ *star* _a_ | 7", '[link 8](x 9) "quoted"', "C:\\new\\3 #1", "$5 v $6"],
)
def test_a_name_with_signs_is_no_number_typed_by_hand(study, tmp_path):
    counts = pd.DataFrame({"study": [study], "ai": [5], "n1i": [50], "ci": [10], "n2i": [50]})
    counts.to_csv(tmp_path / "signs.csv", index=False)
    done = own_tests(make(tmp_path, "one", tmp_path / "signs.csv"))
    assert done.returncode == 0, done.stdout


def test_its_own_tests_tell_what_no_longer_fits(tmp_path):
    book = make(tmp_path, "two")
    before = own_tests(book)
    assert before.returncode == 0, before.stdout
    counts = book / "data" / "counts.csv"
    rows = counts.read_text().splitlines()
    swap = {"events_treatment": "events_control", "n_treatment": "n_control"}
    swap |= {b: a for a, b in swap.items()}
    counts.write_text("\n".join([",".join(swap.get(x, x) for x in rows[0].split(",")), *rows[1:]]))
    descriptor = book / "data" / "datapackage.json"
    package = json.loads(descriptor.read_text())
    fields = package["resources"][0]["schema"]["fields"]
    fields.sort(key=lambda field: [swap.get(x, x) for x in rows[0].split(",")].index(field["name"]))
    descriptor.write_text(json.dumps(package))
    outcomes = book / "data" / "outcomes.csv"
    outcomes.write_text(outcomes.read_text().replace("Cured,Cured,", "Cured,Healed,"))
    methods = book / "chapters" / "methods.md"
    methods.write_text(
        f"{methods.read_text()}\n80 mg for 3 days in 48 patients, with lower doses.\n"
    )
    (book / "chapters" / "explorer.md").unlink()
    output = own_tests(book).stdout
    for words in (
        "'more' is not so", "'fewer' is not so", "a cell says outcome='Cured'",
        "in 48 patients", "with lower doses",
        "chapters/explorer is in _toc.yml, but there is no such file",
    ):  # fmt: skip
        assert words in output, output
    assert "Traceback" not in output


def test_of_several_outcomes_some_may_be_chosen(tmp_path):
    file = str(examples.written("ten", tmp_path))
    chosen = read(file, "Outcome 3; Outcome 1", {"Outcome 1": "more"})
    assert [(one.name, one.better) for one in chosen] == [
        ("Outcome 3", "fewer"),
        ("Outcome 1", "more"),
    ]
    assert len(read(file, "", {})) == 10
    with pytest.raises(CountsError, match="no row has 'death'; choose one of 'Outcome 0'"):
        read(file, "death", {})
    with pytest.raises(CountsError, match="Outcome 3: no such outcome"):
        read(file, "Outcome 1", {"Outcome 3": "more"})


def test_outcomes_that_compare_different_arms_are_no_one_book(tmp_path):
    file, header = tmp_path / "review.csv", "outcome,comparison,study,ai,n1i,ci,n2i\n"
    file.write_text(f"{header}Death,A with P,Ash,1,9,2,9\nPain,B with P,Elm,1,9,2,9\n")
    with pytest.raises(CountsError, match=r"Death: A with P; Pain: B with P.*OUTCOME='Death'"):
        read(str(file), "", {})
    assert len(read(str(file), "Pain", {})) == 1
    file.write_text(file.read_text().replace("B with P", "A with P"))
    assert len(read(str(file), "", {})) == 2


def test_printed_results_become_a_ledger(tmp_path, monkeypatch):
    printed = tmp_path / "printed.csv"
    printed.write_text("outcome,what,printed\nthe event,estimate,0.47\nthe event,i2,12%\n")
    book = make(tmp_path, "bcg", printed=str(printed))
    monkeypatch.setenv("METABOOK_ROOT", str(book))
    assert list(frames.frame("published.csv")["verdict"]) == ["matches", "differs"]
    assert "chapters/ledger" in list(parse_toc_yaml(book / "_toc.yml"))
    assert "To write" in executed(book / "chapters" / "ledger.md")


@pytest.mark.parametrize(
    ("row", "mend"),
    [("dead,estimate,1", "choose one of the event"), ("the event,odds,1", "choose one of estimate"),
     ("the event,estimate,about", "write the digits")],
)  # fmt: skip
def test_what_cannot_be_used_is_said_in_one_line_and_nothing_is_written(tmp_path, row, mend):
    printed = tmp_path / "printed.csv"
    printed.write_text(f"outcome,what,printed\n{row}\n")
    with pytest.raises(CountsError, match=rf"^{printed}, row 2, column \w+: .*{mend}.*$"):
        make(tmp_path, "one", printed=str(printed))
    assert not [one for one in tmp_path.iterdir() if one.is_dir()]


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "mine.txt").touch()
    with pytest.raises(CountsError, match="name a new folder"):
        make(tmp_path, "one")
    assert [one.name for one in (tmp_path / "book").iterdir()] == ["mine.txt"]


def test_what_make_is_given_arrives_as_it_was_typed():
    given = {"TITLE": "Aspirin at $5: a 'cheap' drug", "OUTCOME": "cost > $(50)"}
    words = [f"{name}={text}" for name, text in given.items()]
    done = subprocess.run(
        ["make", "-n", "new", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {*given.values()} < {*shlex.split(done.stdout)}
