"""What the tests of the library share."""

from typing import NamedTuple

import pytest
from twobytwo.cli import main

HEADER = "study,events_treatment,n_treatment,events_control,n_control"


class Run(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str

    def went_well(self):
        """Status 0, and beside the result only what was read and where it was written."""
        assert self.status == 0, self
        usual = ("read ", "left out ", "caution: ", "wrote ")
        assert [line for line in self.err.splitlines() if not line.startswith(usual)] == [], self
        return True

    def refused(self, *parts):
        """Status 2, nothing printed, one line of explanation that says all this."""
        assert (self.status, self.out) == (2, ""), self
        assert self.err.endswith("\n"), self
        assert len(self.err.splitlines()) == 1, self
        assert "Traceback" not in self.err, self
        assert [part for part in parts if part not in self.err] == [], self
        return True


@pytest.fixture
def run(capsys):
    """Run the command line in this process."""

    def call(*arguments):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse leaves this way
            status = stop.code
        return Run(status, *capsys.readouterr())

    return call


@pytest.fixture
def counts_file(tmp_path):
    """Write a file of counts: bytes as they are, text in UTF-8, rows below the usual header."""

    def write(*rows, content=None, name="counts.csv"):
        path = tmp_path / name
        if content is None:
            content = "\n".join([HEADER, *rows]) + "\n"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write
