# SPDX-License-Identifier: Apache-2.0
"""Many hosts that dial in at an access router, played by netmip4-pppoe-load."""

import json
import subprocess

import pytest

from netlab import SECRET, build_directory, wait_until

LOAD = build_directory() / "bench/pppoe-load/netmip4-pppoe-load"
HOSTS = 100
ROUTERS = ("ha", "ar1")


def write_users(lab):
    names = (f"  - name: user{i}@lab.example\n    secret: {SECRET}\n" for i in range(HOSTS))
    (lab.state / "users").write_text("users:\n" + "".join(names))


def start(lab, **values):
    write_users(lab)
    lab.set("ar1", addressing="pppoe", **values)
    lab.start(*ROUTERS)
    lab.plug("mn", "ar1")


def words(*options):
    return [LOAD, "--interface", "eth0", "--secret", SECRET, "--sessions", HOSTS, "--json", *options]


def dial(lab, *options, status=0):
    done = lab.run("mn", *words(*options), check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout)


def sessions(lab):
    return [s for s in lab.show("ar1", "sessions")["sessions"] if s["phase"] == "open"]


@pytest.mark.req("AR-1", "AR-4", "AR-28")
@pytest.mark.parametrize("prefix", ("unique", "shared"))
@pytest.mark.parametrize("authentication", ("pap", "chap", "eap"))
def test_all_come_up_and_hang_up(lab, authentication, prefix):
    """Each has an address of its own: the load looks for two that have the same."""
    start(lab, authentication=authentication, prefix=prefix)
    r = dial(lab)
    assert (r["up"], r["hung_up"], r["wrong"], r["ended"]) == (HOSTS, HOSTS, 0, 0)
    assert not r["lost"] and not r["refused"]
    wait_until(lambda: not lab.show("ha", "bindings")["bindings"], 20, "the home agent has no binding")


def test_hosts_may_ask_for_identifiers_of_their_own(lab):
    start(lab)
    assert dial(lab, "--identifiers")["up"] == HOSTS


@pytest.mark.req("AR-33")
def test_none_comes_up_with_a_wrong_secret(lab):
    start(lab)
    done = lab.run("mn", LOAD, "--interface", "eth0", "--secret", "wrong", "--sessions", 3, "--json", check=False)
    assert done.returncode == 1
    r = json.loads(done.stdout)
    assert (r["up"], r["refused"]) == (0, {"authentication": 3})
    assert not lab.show("ha", "bindings")["bindings"]


def test_echoes_are_answered_both_ways(lab):
    start(lab, echo_interval="1s")
    r = dial(lab, "--duration", 5, "--echoes", 50)  # the router begins after 3 s
    assert r["echoes"] >= 100
    assert r["echo_replies"] == r["echoes"]
    assert r["echoes_answered"] >= 2 * HOSTS
    assert not r["ended"]


def test_a_router_that_stops_ends_all_sessions(lab):
    start(lab)
    load = lab.popen("mn", *words("--duration", 60), stderr=subprocess.PIPE)
    wait_until(lambda: len(sessions(lab)) == HOSTS, 20, "all are up")
    lab.stop("ar1")
    load.terminate()
    said, _ = load.communicate(timeout=20)
    r = json.loads(said)
    assert load.returncode == 1
    assert (r["up"], r["ended"], r["hung_up"]) == (HOSTS, HOSTS, 0)


def test_hosts_of_one_mac_address_are_as_many_as_are_allowed(lab):
    start(lab, authentication="chap\n    sessions-per-mac: 10")
    r = dial(lab, "--one-mac", "--window", 1, status=1)
    assert (r["up"], r["refused"]) == (10, {"session": HOSTS - 10})
