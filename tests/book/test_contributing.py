"""Who carries on is told of targets, files and forms that exist."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*-*.yml"))
TO_BE_WRITTEN = {"chapters/name.md", "tests/notebooks/name.ipynb"}


def test_every_target_exists():
    makefiles = ROOT / "Makefile", ROOT / "lib/metabook/new/template/Makefile.jinja"
    targets = {
        name for file in makefiles for name in re.findall(r"^([a-z]+):", file.read_text(), re.M)
    }
    assert set(re.findall(r"(?:^    |`)make ([a-z]+)\b", TEXT, re.M)) <= targets


def test_every_file_and_folder_exists():
    named = set(re.findall(r"`((?:[\w.]+/)+(?:[\w-]+\.\w+)?)`", TEXT)) - TO_BE_WRITTEN
    made = {"_build/html/", ".venv/"}
    assert len(named) > 15
    assert not [name for name in named - made if not (ROOT / name).exists()]


def test_the_readme_leads_to_it():
    assert "(CONTRIBUTING.md)" in (ROOT / "README.md").read_text()


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
    counts = pd.read_csv(tmp_path / "data" / "counts.csv", dtype=str)
    fifth = counts[counts["study"] == "Chang 2018"].assign(study="Adams 2016", n_control="101")
    fourth = counts[counts["outcome"] == "SICH"].assign(outcome="any bleeding")
    pd.concat([fifth, counts, fourth]).to_csv(tmp_path / "data" / "counts.csv", index=False)
    for name, column, old, new in (
        ("studies.csv", "study", "Chang 2018", "Adams 2016"),
        ("outcomes.csv", "outcome", "SICH", "any bleeding"),
    ):
        frame = pd.read_csv(tmp_path / "data" / name, dtype=str)
        more = frame[frame[column] == old].assign(**{column: new})
        if name == "outcomes.csv":
            more = more.assign(slug="bleeding", label="Any bleeding", short="Bleeding")
        pd.concat([frame, more]).to_csv(tmp_path / "data" / name, index=False)
    place = {"METABOOK_ROOT": str(tmp_path), "PYTHONPATH": str(Path(__file__).parent)}
    code = "import running\nfor page in ('recover', 'four-studies', 'teachers'): running.run(page)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, **place},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
