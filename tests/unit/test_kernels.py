"""A forked kernel is, to the cells that it runs, a kernel like any other."""

import os
import time

import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_client.provisioning.factory import KernelProvisionerFactory

KINDS = ["forked", "local-provisioner"]
ANSWERS = {}  # of each kind
# What a cell may notice of the process it runs in; imports of a page may come first.
NOTICED = """
import os, sys
import matplotlib, pandas, twobytwo
print([
    os.getcwd(), sys.path, os.environ["NOTE"], os.getpgid(0) == os.getpid(), __name__,
    get_ipython().__class__.__name__, matplotlib.get_backend(),
    [pandas.get_option(f"display.{name}") for name in ("max_columns", "max_rows", "width")],
])
"""


@pytest.fixture(scope="module", params=KINDS)
def started(request, tmp_path_factory):
    """A kernel of each kind, started with the same folder and environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", request.param)
        KernelProvisionerFactory.clear_instance()  # it keeps the first name that it reads
        folder, env = tmp_path_factory.mktemp("folder"), os.environ | {"NOTE": "ä"}
        manager, client = start_new_kernel(cwd=str(folder), env=env)
    KernelProvisionerFactory.clear_instance()
    yield request.param, manager, client, folder
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert not manager.is_alive()


def answer(client, code):
    """What a cell prints."""
    printed = []
    client.execute_interactive(
        code, output_hook=lambda message: printed.append(message["content"].get("text", ""))
    )
    return "".join(printed)


def test_a_cell_notices_no_difference(started):
    kind, _, client, folder = started
    ANSWERS[kind] = answer(client, NOTICED).replace(str(folder), "folder")
    assert "'folder', [" in ANSWERS[kind]
    assert len(set(ANSWERS.values())) == 1


def test_it_can_be_interrupted(started):
    _, manager, client, _ = started
    client.execute("import time\ntime.sleep(60)")
    time.sleep(0.5)
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=20)["content"]["ename"] == "KeyboardInterrupt"
    assert manager.is_alive()
