# SPDX-License-Identifier: Apache-2.0
"""The home agent is killed with -9 under load, again and again: what it has acknowledged is true
after each restart, and no home address is given to two hosts. The load's journal says what that
is."""

import ipaddress
import random
import signal
import subprocess

import router
from netlab import HOME_AGENT, build_directory, wait_until

LOAD = build_directory() / "bench/load/netmip4-load"
SOURCES = "10.1.0.0/22"
ROUTERS = ("10.1.0.0", "10.1.0.1")  # the first of them
WHERE = ("--routers", len(ROUTERS), "--nodes", 2, "--hosts", 50)
POOL = "2001:db8:100::/54"  # 1,024: more than there are hosts, so none is taken from its name
KILLS, REALMS = 50, 5  # other hosts come after every tenth


def words(lab, realm, *options):
    return [LOAD, "--home-agent", HOME_AGENT, "--keys", lab.state / "keys", "--sources", SOURCES,
            "--realm", realm, *WHERE, *options]


def bindings(lab):
    """(care-of address, home address or "-") by NAI."""
    return {b["nai"]: (b["care-of"], b["home-address"] or "-")
            for b in lab.show("ha", "bindings")["bindings"]}


def replies(journal):
    """(what, NAI, care-of address, home address) of each line."""
    for line in journal.read_text().splitlines(keepends=True):
        if not line.endswith("\n"):
            break  # the load was stopped while it wrote
        word, nai, care_of, *more = line.split()
        yield word, nai, care_of, more[0] if more else None


def acknowledged(journal):
    """(care-of address, home address) by NAI, None for a deregistered host; without those of which
    nobody can know."""
    state = {}
    for word, nai, *place in replies(journal):
        if word == "asked":
            state.pop(nai, None)
        else:
            state[nai] = tuple(place) if word == "accepted" else None
    return state


def assert_one_owner(owners, journal):
    """Whatever the home agent has ever acknowledged: a /64 belongs to one name."""
    for word, nai, _, home in replies(journal):
        if word != "asked" and home != "-":
            prefix = ipaddress.ip_interface(f"{home}/64").network
            assert owners.setdefault(prefix, nai) == nai, f"{prefix}, see {journal}"


def load_until_killed(lab, realm, journal, lines):
    """Load until so many lines are in the journal; then the home agent dies."""
    process = lab.popen("an1", *words(lab, realm, "--duration", 600, "--window", 32, "--journal",
                                      journal, "--timeout", 0.2), stdout=subprocess.DEVNULL,
                        stderr=subprocess.PIPE)
    wait_until(lambda: process.poll() is not None or
               (journal.exists() and journal.read_bytes().count(b"\n") >= lines), 60,
               "the load is under way")
    lab.kill("ha")
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=10)[1]
    assert process.returncode == 0, errors


def test_what_was_acknowledged_survives_kill_9(lab, tmp_path):
    rng = random.Random(1)
    owners = {}
    router.add_pools(lab, POOL)
    router.add_keys(lab, *ROUTERS)
    realms = [router.add_realm(lab, f"realm{n}.example") for n in range(REALMS)]
    lab.run("core", "ip", "route", "add", SOURCES, "via", "10.0.1.1")
    lab.run("an1", "ip", "route", "add", "local", SOURCES, "dev", "lo")
    lab.start("ha")
    for number in range(KILLS):
        journal, realm = tmp_path / f"journal{number}", realms[number * REALMS // KILLS]
        load_until_killed(lab, realm, journal, rng.randrange(1, 5000))
        lab.start("ha")
        there = bindings(lab)
        for nai, place in acknowledged(journal).items():
            assert there.get(nai) == place, f"{nai} after kill {number}, see {journal}"
        assert_one_owner(owners, journal)
        done = lab.run("an1", *words(lab, realm, "--verify", journal), check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(owners) == 50 * len(ROUTERS) * REALMS  # each had one
