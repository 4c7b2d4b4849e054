"""The HTML of every built page is valid, by the Nu checker."""

import json
import subprocess

from built import HTML


def test_the_checker_finds_no_error(node_modules, java):
    checker = node_modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    pages = [HTML / "index.html", HTML / "search.html", *sorted(HTML.glob("c*/*.html"))]
    done = subprocess.run(
        [java, "-jar", checker, "--errors-only", "--format", "json", "--stdout", *pages],
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)["messages"]
    assert not [(message["url"], message.get("lastLine"), message["message"]) for message in found]
