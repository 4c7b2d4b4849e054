"""The first thing a visitor sees is as current as the book."""

import re
from pathlib import Path

from metabook import data
from metabook.figures import draw

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_picture_is_the_forest_plot_of_the_data(tmp_path):
    draw("mortality").save(tmp_path / "forest.svg")
    committed = (ROOT / ".github" / "forest.svg").read_text()
    assert committed == (tmp_path / "forest.svg").read_text(), "run: make picture"


def test_the_picture_is_described_by_its_numbers():
    result = data.pooled("mortality")
    for number in (result.estimate, result.ci_lower, result.ci_upper):
        assert f"{number:.2f}" in re.search(r"!\[(.*?)\]", README)[1]


def test_every_make_target_that_it_names_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"make ([a-z]+)\b", README)) - {"git"} <= targets


def test_every_folder_that_it_names_exists():
    for path in re.findall(r"`([a-z_]+/(?:[a-z]+/)?)`", README):
        assert (ROOT / path).is_dir(), path
