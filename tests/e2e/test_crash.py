# SPDX-License-Identifier: Apache-2.0
"""The home agent is killed with -9 under load, again and again: what it has acknowledged is true
after each restart. The load's journal says what that is."""

import os
import random
import signal
import subprocess

from netlab import HOME_AGENT, build_directory, wait_until

LOAD = build_directory() / "bench/load/netmip4-load"
SOURCES = "10.1.0.0/22"
WHERE = ("--nodes", 4, "--hosts", 50)
KILLS = 50 if os.environ.get("NETMIP4_LONG") else 10


def words(lab, *options):
    return [LOAD, "--home-agent", HOME_AGENT, "--keys", lab.state / "keys", "--sources", SOURCES,
            *WHERE, *options]


def bindings(lab):
    """Care-of address by NAI."""
    return {b["nai"]: b["care-of"] for b in lab.show("ha", "bindings")["bindings"]}


def acknowledged(journal):
    """Care-of address by NAI, None for a deregistered host; without those of which nobody can
    know."""
    state = {}
    for line in journal.read_text().splitlines(keepends=True):
        if not line.endswith("\n"):
            break  # the load was stopped while it wrote
        word, nai, care_of, *_ = line.split()
        if word == "asked":
            state.pop(nai, None)
        else:
            state[nai] = care_of if word == "accepted" else None
    return state


def has_ended(pid):
    """All of its threads: one may be writing to the disk, and holds what the process has open."""
    try:
        tasks = [open(f"/proc/{pid}/task/{t}/stat").read() for t in os.listdir(f"/proc/{pid}/task")]
    except FileNotFoundError:
        return not os.path.exists(f"/proc/{pid}")
    return all(t.rpartition(")")[2].split()[0] == "Z" for t in tasks) and len(tasks) == 1


def load_until_killed(lab, journal, lines):
    """Load until so many lines are in the journal; then the home agent dies."""
    process = lab.popen("an1", *words(lab, "--duration", 600, "--window", 32, "--journal", journal,
                                      "--timeout", 0.2), stdout=subprocess.DEVNULL,
                        stderr=subprocess.PIPE)
    wait_until(lambda: process.poll() is not None or
               (journal.exists() and journal.read_bytes().count(b"\n") >= lines), 60,
               "the load is under way")
    pid = lab.pid("ha")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: has_ended(pid), 10, "the home agent is gone")
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=10)[1]
    assert process.returncode == 0, errors


def test_what_was_acknowledged_survives_kill_9(lab, tmp_path):
    rng = random.Random(1)
    lab.run("core", "ip", "route", "add", SOURCES, "via", "10.0.1.1")
    lab.run("an1", "ip", "route", "add", "local", SOURCES, "dev", "lo")
    lab.start("ha")
    for number in range(KILLS):
        journal = tmp_path / f"journal{number}"
        load_until_killed(lab, journal, rng.randrange(1, 5000))
        lab.start("ha")
        there = bindings(lab)
        for nai, care_of in acknowledged(journal).items():
            assert there.get(nai) == care_of, f"{nai} after kill {number}, see {journal}"
        done = lab.run("an1", *words(lab, "--verify", journal), check=False)
        assert done.returncode == 0, done.stdout + done.stderr
