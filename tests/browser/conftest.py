"""What the tests of built pages need; where it is missing, they say so."""

import os
import shutil
from pathlib import Path

import chromium
import pytest

NODE_MODULES = Path(__file__).parent / "node_modules"


def pytest_collection_modifyitems(items):
    """A file's tests share what they prepare; each page is opened by whoever is free."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.stem != "test_pages":
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def need(there, otherwise):
    """Skip what cannot run here, and say why; fail where nobody would read it."""
    if there:
        return
    told = f"not tested: {otherwise}"
    pytest.fail(told, pytrace=False) if os.environ.get("CI") else pytest.skip(told)


@pytest.fixture(scope="session")
def program():
    need(chromium.find(), chromium.HOW_TO_GET_ONE)
    return chromium.find()


@pytest.fixture(scope="session")
def browser(program):
    """One browser for all tests of a worker."""
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="session")
def java():
    need(shutil.which("java"), "no Java found; on Debian: apt-get install default-jre-headless")
    return shutil.which("java")


@pytest.fixture(scope="session")
def node_modules():
    """Where ``make test`` puts programs of node, if there is npm."""
    need(shutil.which("node"), "no node found; on Debian: apt-get install nodejs npm")
    need(NODE_MODULES.exists(), "no programs of node found; `make test` installs them by npm")
    return NODE_MODULES
