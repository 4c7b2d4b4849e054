"""Who comes to the repository is told of what exists: README, how to carry on, how to cite."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import twobytwo
import yaml
from built import ROOT, soup
from metabook import data
from metabook.figures import draw

README, CONTRIBUTING = ((ROOT / f"{name}.md").read_text() for name in ("README", "CONTRIBUTING"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*-*.yml"))
TO_BE_WRITTEN = {"chapters/name.md", "tests/notebooks/name.ipynb"}


def test_every_target_exists():
    makefiles = ROOT / "Makefile", ROOT / "lib/metabook/new/template/Makefile.jinja"
    own, others = (set(re.findall(r"^([a-z]+):", file.read_text(), re.M)) for file in makefiles)
    assert set(re.findall(r"(?:^    |`)make ([a-z]+)\b", CONTRIBUTING, re.M)) <= own | others
    assert set(re.findall(r"make ([a-z]+)\b", README)) - {"git"} <= own


def test_every_file_and_folder_exists():
    named = set(re.findall(r"`((?:[\w.]+/)+(?:[\w-]+\.\w+)?)`", README + CONTRIBUTING))
    made = {"_build/html/", "_build/pdf/", ".venv/"}
    assert len(named) > 15
    assert not [name for name in named - TO_BE_WRITTEN - made if not (ROOT / name).exists()]
    assert "(CONTRIBUTING.md)" in README


def test_the_picture_is_the_forest_plot_of_the_data_and_is_described_by_its_numbers(tmp_path):
    draw("mortality").save(tmp_path / "forest.svg")
    committed = (ROOT / ".github" / "forest.svg").read_text()
    assert committed == (tmp_path / "forest.svg").read_text(), "run: make picture"
    result, alt = data.pooled("mortality"), re.search(r"!\[(.*?)\]", README)[1]
    for number in (result.estimate, result.ci_lower, result.ci_upper):
        assert f"{number:.2f}" in alt


def test_the_citation_has_what_its_format_requires_and_names_this_version_and_the_paper():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert all(citation[key] for key in ("message", "title", "authors"))
    assert citation["version"] == twobytwo.__version__
    how_to_cite = " ".join(soup("chapters/glossary").select_one("#how-to-cite").text.split())
    assert citation["title"] in how_to_cite
    assert f"Version {twobytwo.__version__}" in how_to_cite
    (paper,) = citation["references"]
    assert paper["doi"] in (ROOT / "references.bib").read_text()


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_has_what_github_asks_for(path):
    form = yaml.safe_load(path.read_text())
    assert form["name"].strip()
    assert form["description"].strip()
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert {part["type"] for part in asked} <= {"input", "textarea", "dropdown", "checkboxes"}
    assert len({part["id"] for part in asked}) == len(asked)
    assert all(part["attributes"]["label"].strip() for part in asked)


def test_both_forms_are_there():
    assert [path.stem for path in FORMS] == ["missing-count", "wrong-number"]


def test_binder_and_the_container_use_the_lock_and_a_python_that_it_knows():
    assert (ROOT / "binder" / "requirements.txt").read_text() == "-r ../requirements.txt\n"
    assert (ROOT / "binder" / "runtime.txt").read_text() in {"python-3.11\n", "python-3.12\n"}
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert container["postCreateCommand"] == "make install"
    assert re.search(r":3\.1[123]$", container["image"])


def test_a_fifth_study_and_a_fourth_outcome_stop_no_page(tmp_path):
    # Those that look for a study, search, or count on a finding; before all others.
    for there in ROOT.iterdir():
        if there.name != "data":
            (tmp_path / there.name).symlink_to(there)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    bleeding = {"outcome": "any bleeding"}
    called = {"slug": "bleeding", "label": "Any bleeding", "short": "Bleeding"}
    for name, column, old, new in (
        ("counts.csv", "study", "Chang 2018", {"study": "Adams 2016", "n_control": "101"}),
        ("studies.csv", "study", "Chang 2018", {"study": "Adams 2016"}),
        ("counts.csv", "outcome", "SICH", bleeding),
        ("outcomes.csv", "outcome", "SICH", bleeding | called),
    ):
        frame = pd.read_csv(tmp_path / "data" / name, dtype=str)
        more = frame[frame[column] == old].assign(**new)
        parts = [more, frame] if column == "study" else [frame, more]
        pd.concat(parts).to_csv(tmp_path / "data" / name, index=False)
    place = {"METABOOK_ROOT": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent)}
    code = "import running\nfor page in ('recover', 'four-studies', 'teachers'): running.run(page)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, **place},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
