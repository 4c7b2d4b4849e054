"""Who carries on is told of targets, files and forms that exist."""

import json
import os
import re
from pathlib import Path

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
