"""Kernels that start at once: each is a fork of one process that has imported what pages use.

Jupyter asks this module for its kernels where ``JUPYTER_DEFAULT_PROVISIONER_NAME`` is ``forked``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

import matplotlib
import pandas as pd
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

INLINE = "module://matplotlib_inline.backend_inline"
USED = ["matplotlib.backends.backend_agg", "metabook.figures", "metabook.show", "scipy.stats"]
ForkServerContext().set_forkserver_preload([__name__, *USED])


@cache
def fresh_path() -> list[str]:
    """Where a Python that was just started looks for modules, but for the folder it is in."""
    asked = [sys.executable, "-c", "import json, sys; print(json.dumps(sys.path[1:]))"]
    path: list[str] = json.loads(subprocess.check_output(asked))
    return path


class Kernel(ForkServerProcess):
    """The process of a kernel; it answers as one that a command has started."""

    stdin = stdout = stderr = None

    def __init__(self, connection_file: str, cwd: str, env: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.connection_file, self.cwd, self.env = connection_file, cwd, env
        self.path = fresh_path()

    def run(self) -> None:
        """Be a kernel, in its folder, as if nothing had been imported yet."""
        os.setsid()
        os.chdir(self.cwd)
        os.environ.clear()
        os.environ.update(self.env)
        sys.path[:] = self.path
        # Imported outside of a kernel, these two took it for a terminal.
        pd.set_option("display.max_columns", 20)
        matplotlib.rcParams["backend"] = self.env.get("MPLBACKEND") or INLINE
        arguments = ["-f", self.connection_file]
        IPKernelApp.launch_instance(arguments, parent_handle=os.getppid())

    def poll(self) -> int | None:
        """How it ended, or None."""
        return self.exitcode

    def wait(self) -> int | None:
        """How it ended, once it has."""
        self.join()
        return self.exitcode

    def send_signal(self, signum: int) -> None:
        """Interrupt or end it."""
        if self.pid is not None:
            os.kill(self.pid, signum)


class Forked(LocalProvisioner):
    """Start each kernel as a fork, in place of the command that its specification names."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel in a folder, with an environment."""
        connection_file = cmd[cmd.index("-f") + 1]
        kernel = Kernel(connection_file, str(kwargs.get("cwd") or "."), kwargs["env"])
        kernel.start()
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        return self.connection_info
