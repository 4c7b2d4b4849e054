"""What the tests of built pages need; where it is missing, they say so."""

import os
import shutil
from pathlib import Path

import chromium
import pytest
from xdist.scheduler import LoadScopeScheduling

NODE_MODULES = Path(__file__).parent / "node_modules"
# The book's own files; and the theme logs its steps.
EXPECTED = ("about:", "file:", "data:", "blob:", "log:", "debug:", "info:")
STATIC = Path(__file__).parents[2] / "lib" / "metabook" / "extensions" / "static"


class FreeHands(LoadScopeScheduling):
    """A file's tests share what they prepare; each page is opened by whoever is free."""

    def _split_scope(self, nodeid):
        return nodeid if "/test_pages.py" in nodeid else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config, log):
    return FreeHands(config, log)


def need(there, otherwise):
    """Skip what cannot run here, and say why; fail where nobody would read it."""
    if there:
        return
    message = f"not tested: {otherwise}"
    pytest.fail(message, pytrace=False) if os.environ.get("CI") else pytest.skip(message)


@pytest.fixture(scope="session")
def program():
    need(chromium.find(), chromium.HOW_TO_GET_ONE)
    return chromium.find()


@pytest.fixture(scope="session")
def browser(program):
    """One browser for all tests of a worker."""
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="module")
def size():
    return {"width": 1280, "height": 900}


def noting(browser, size):
    """A tab that notes what no page may do."""
    tab = browser.new_page(viewport=size, reduced_motion="reduce")
    tab.noted = []

    def note(text):
        if not text.startswith(EXPECTED):
            tab.noted.append(text)

    tab.on("console", lambda message: note(f"{message.type}: {message.text}"))
    tab.on("pageerror", lambda error: note(str(error)))
    tab.on("request", lambda request: note(request.url))
    yield tab
    assert not tab.noted
    tab.close()


tab = pytest.fixture(noting, scope="module")


def anew(tab, address):
    """A page, loaded though it may be there with another state."""
    tab.goto("about:blank")
    tab.goto(address)
    return tab


@pytest.fixture
def without_script(browser):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def alone(folder, title, body, *files):
    """The address of a page that holds one thing of the book, with its scripts and styles."""
    kinds = {"css": '<link rel="stylesheet" href="{}">', "js": '<script defer src="{}"></script>'}
    head = "".join(
        kinds[file.rpartition(".")[2]].format((STATIC / file).as_uri()) for file in files
    )
    made = folder / "page.html"
    made.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>{head}'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return made.as_uri()


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
