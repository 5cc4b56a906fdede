# SPDX-License-Identifier: Apache-2.0
"""Every test gets a lab of its own in network namespaces, unless a module shares one. Tests say
which rows of the requirements they show: @pytest.mark.req("AN-8", "HA-15"); the rows of those that
passed go to the file that NETMIP4_REQS names, as "ROW path::test"."""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "lab"))
sys.path.insert(0, str(HERE))

from netlab import Lab, build_directory  # noqa: E402

NODES = ("ha", "an1", "an2")
ROUTERS = ("ha", "ar1", "ar2")


def pytest_configure(config):
    config.addinivalue_line("markers", "req(row...): rows of the requirements that the test shows")


def pytest_collection_modifyitems(items):
    if os.geteuid() != 0:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="network namespaces need root"))


def new_lab(**options):
    new_lab.count += 1
    return Lab(f"nmt{os.getpid()}-{new_lab.count}-", **options)


new_lab.count = 0


@pytest.fixture(scope="session", autouse=True)
def programs():
    for name in ("netmip4d", "netmip4"):
        if not (build_directory() / name).exists():
            pytest.exit(f"{build_directory()} has no {name}: build first, or set NETMIP4_BUILD", 1)


@pytest.fixture
def make_lab(request):
    """Lays out labs with other options than usual; no daemon runs yet."""
    labs = []

    def make(**options):
        lab = new_lab(**options)
        labs.append(lab)
        request.node.labs = labs
        lab.up()
        return lab

    yield make
    for lab in labs:
        lab.down()


@pytest.fixture
def lab(make_lab):
    """The usual lab; no daemon runs yet."""
    return make_lab()


@pytest.fixture
def running(lab):
    """A lab with its three daemons; the host is plugged in nowhere."""
    lab.start(*NODES)
    return lab


@pytest.fixture
def attached(running):
    """A lab whose host is at an1 and has its address (attached.address)."""
    running.plug("mn", "an1")
    running.address = running.wait_address("mn")
    return running


@pytest.fixture
def routers(lab):
    """A lab whose home agent and access routers run; the host is plugged in nowhere."""
    lab.start(*ROUTERS)
    return lab


def labs_of(item):
    """The labs among its fixtures, or in a fixture's `lab`; those of make_lab."""
    found = [getattr(v, "lab", v) for v in getattr(item, "funcargs", {}).values()]
    return set(getattr(item, "labs", []) + [v for v in found if isinstance(v, Lab)])


def describe(lab):
    """What the daemons of a lab said, for a failed test."""
    text = []
    for name in (*NODES, *ROUTERS[1:]):
        text.append(f"--- {name}: log\n" + "\n".join(lab.log(name).splitlines()[-60:]))
        for what in ("bindings", "attachments", "leases", "dhcp6", "sessions", "drops"):
            done = lab.command(name, "show", what, check=False) if lab.log(name) else None
            if done and done.returncode == 0 and done.stdout.strip():
                text.append(f"--- {name}: show {what}\n{done.stdout}")
    for name, host in lab.guests.items():
        text.append(f"--- {name}: log\n{host.log()}")
    return "\n".join(text)


def keep_rows(item):
    path = os.environ.get("NETMIP4_REQS")
    rows = [row for mark in item.iter_markers("req") for row in mark.args]
    if path and rows:
        with open(path, "a") as out:
            for row in sorted(set(rows)):
                out.write(f"{row} {item.nodeid}\n")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call" and report.passed:
        keep_rows(item)
    if report.failed:
        for lab in labs_of(item):
            try:
                report.sections.append((f"lab {lab.prefix}", describe(lab)))
            except Exception as error:  # the report of the failure matters more
                report.sections.append((f"lab {lab.prefix}", f"cannot be described: {error}"))
