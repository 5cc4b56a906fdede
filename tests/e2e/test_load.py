# SPDX-License-Identifier: Apache-2.0
"""The load generator against the home agent, and against one written here that serves access
routers, and that can be told to do wrong."""

import hashlib
import json
import select
import signal
import socket
import struct
import subprocess
import threading

import mip4
import pytest
from netlab import HOME_AGENT, REALM, REALM_KEY, SPI, build_directory, wait_until
from wire import udp_socket

LOAD = build_directory() / "bench/load/netmip4-load"
SOURCES = "10.1.0.0/22"
ROUTERS = ("10.1.0.0", "10.1.0.1")
NODE_SPI, NODE_KEY = 2000, b"node-key-not-secret-at-all-only-"


@pytest.fixture
def world(lab):
    """The usual lab, with addresses at an1 for the load to come from."""
    lab.run("core", "ip", "route", "add", SOURCES, "via", "10.0.1.1")
    lab.run("an1", "ip", "route", "add", "local", SOURCES, "dev", "lo")
    return lab


def words(lab, *options, keys=None):
    return [LOAD, "--home-agent", HOME_AGENT, "--keys", keys or lab.state / "keys", "--sources",
            SOURCES, *options]


def load(lab, *options, keys=None, status=0):
    done = lab.run("an1", *words(lab, *options, keys=keys), check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done


def report(lab, *options, **more):
    return json.loads(load(lab, "--json", *options, **more).stdout)


def nothing_wrong(phase):
    return not any(phase[k] for k in ("denied", "lost", "late", "wrong", "unsent"))


def test_a_mix_of_nodes_hosts_is_served_and_revocations_are_acknowledged(world):
    world.start("ha")
    r = report(world, "--nodes", 4, "--hosts", 25, "--duration", 1, "--window", 16)
    assert nothing_wrong(r["registering"]) and nothing_wrong(r["running"])
    assert r["registering"]["accepted"]["initial"] == 100
    accepted = r["running"]["accepted"]
    assert all(accepted.values())
    # 80, 10, 10 and 10 of 110
    assert accepted["renewal"] > 4 * accepted["movement"]
    assert r["running"]["revoked"] == accepted["movement"]
    bindings = world.show("ha", "bindings")["bindings"]
    assert len(bindings) == r["registered"]
    assert 0 < r["latency_us"]["p50"] <= r["latency_us"]["p99"] <= r["latency_us"]["max"]


def test_an_acknowledged_revocation_is_not_sent_again(world):
    """The home agent would, after a second."""
    world.start("ha")
    r = report(world, "--nodes", 1, "--hosts", 20, "--duration", 3, "--rate", 20, "--mix",
               "0,0,1,0")
    assert r["running"]["revoked"] == r["running"]["accepted"]["movement"] == r["running"]["sent"]


def test_an_open_loop_keeps_its_rate(world):
    world.start("ha")
    r = report(world, "--nodes", 4, "--hosts", 25, "--duration", 1, "--rate", 400)
    assert nothing_wrong(r["running"])
    assert r["running"]["sent"] == 400


def test_what_the_home_agent_denies_is_told_by_code(world):
    world.set("ha", core_interface="core0\n  bindings-max: 60")
    world.start("ha")
    r = report(world, "--nodes", 4, "--hosts", 25, "--duration", 0)
    assert r["registering"]["accepted"]["initial"] == 60
    assert set(r["registering"]["denied"]) == {"130"}
    assert r["registered"] == 60


def test_a_silent_home_agent_ends_the_run(world):
    done = load(world, "--nodes", 1, "--hosts", 5, "--timeout", 0.1, status=1)
    assert "no host was registered; is the home agent there" in done.stderr


def test_a_journal_is_verified_after_a_restart_of_the_load(world, tmp_path):
    journal = tmp_path / "journal"
    where = ("--nodes", 2, "--hosts", 25)
    world.start("ha")
    load(world, *where, "--duration", 0.5, "--journal", journal)
    assert "accepted" in journal.read_text() and "ended" in journal.read_text()
    for _ in range(2):  # verifying changes nothing
        verified = json.loads(load(world, "--json", *where, "--verify", journal).stdout)
        assert verified["wrong"] == 0 and verified["unanswered"] == 0
        assert verified["registrations"] + verified["ended"] == 50


def test_a_journal_whose_registrations_are_forgotten_shows_it(world, tmp_path):
    """A home agent that has lost its replay state accepts an old request."""
    journal = tmp_path / "journal"
    where = ("--nodes", 1, "--hosts", 10)
    world.start("ha")
    load(world, *where, "--duration", 0, "--journal", journal)
    text = journal.read_text()
    # as if each had been deregistered after that
    ended = "".join(line.replace("accepted", "ended", 1) + "\n" for line in text.splitlines())
    journal.write_text(text + ended)
    world.stop("ha")
    world.start("ha")
    done = load(world, *where, "--verify", journal, status=1)
    assert "an old request is accepted" in done.stderr


# ---- access routers ----


class Responder(threading.Thread):
    """Serves access routers: gives each NAI an address and signs everything twice. `twist` may
    change what a reply says before it is signed."""

    def __init__(self, lab):
        super().__init__(daemon=True)
        self.socket = udp_socket(lab, "ha", HOME_AGENT, mip4.PORT)
        self.addresses, self.wrong, self.twist, self.last = {}, [], None, {}
        self.denies_renewals = False
        self.stop = threading.Event()

    def reply(self, request, source):
        code, accepted, nai = 0, request.lifetime, request.nai
        assert request.flags == mip4.REVERSE_TUNNEL
        assert request.types() == [mip4.NAI, mip4.HOA if request.get(mip4.HOA) else
                                   mip4.HOA_REQUEST, mip4.MHAE, mip4.REVOCATION_SUPPORT, mip4.FHAE]
        assert request.care_of == source and source in ROUTERS
        assert request.authenticated(mip4.realm_key(REALM_KEY, nai), algorithm=hashlib.sha256)
        assert request.authenticated(NODE_KEY, mip4.FHAE, hashlib.sha256)
        home = self.addresses.setdefault(nai, len(self.addresses) + 1)
        address = socket.inet_pton(socket.AF_INET6, f"2001:db8:7:{home:x}::1")
        if request.identification <= self.last.get(nai, b""):
            code = 133
        elif (asked := request.get(mip4.HOA)) and asked[1:] != address:
            code = 129
        elif request.get(mip4.HOA) and self.denies_renewals:
            code = 130
        if code == 0:
            self.last[nai] = request.identification
        if self.twist:
            address = self.twist(nai, request, address)
        return self.sign(request, code, accepted, address)

    @staticmethod
    def sign(request, code, lifetime, address):
        message = struct.pack("!BBH4s4s", mip4.RRP, code, lifetime, bytes(4),
                              socket.inet_aton(HOME_AGENT)) + request.identification
        message += mip4.extension(mip4.NAI, request.nai.encode())
        if code == 0:
            message += mip4.extension(mip4.HOA, b"\x80" + address)
        message += mip4.authenticator(message, mip4.realm_key(REALM_KEY, request.nai), SPI,
                                      algorithm=hashlib.sha256)
        return message + mip4.authenticator(message, NODE_KEY, NODE_SPI, mip4.FHAE, hashlib.sha256)

    def run(self):
        while not self.stop.is_set():
            if not select.select([self.socket], [], [], 0.1)[0]:
                continue
            raw, peer = self.socket.recvfrom(2048)
            try:
                self.socket.sendto(self.reply(mip4.decode(raw), peer[0]), peer)
            except AssertionError as e:
                self.wrong.append(e)


@pytest.fixture
def responder(world):
    r = Responder(world)
    r.keys = world.state / "keys-of-routers"
    r.keys.write_text((world.state / "keys").read_text() + "".join(
        f"- {{node: {a}, spi: {NODE_SPI}, algorithm: hmac-sha256, key: {NODE_KEY.hex()}}}\n"
        for a in ROUTERS))
    r.keys.chmod(0o600)
    r.start()
    yield r
    r.stop.set()
    r.join()
    assert not r.wrong


AS_ROUTERS = ("--routers", 2, "--hosts", 10)


def test_routers_hosts_keep_their_home_addresses(world, responder):
    r = report(world, *AS_ROUTERS, "--duration", 0.5, "--window", 4, keys=responder.keys)
    assert nothing_wrong(r["registering"]) and nothing_wrong(r["running"])
    assert all(r["running"]["accepted"].values())
    assert len(responder.addresses) == 20


def test_another_home_address_for_a_registered_host_is_found(world, responder):
    def other(nai, request, address):
        moved = request.get(mip4.HOA) and nai.startswith("load3@")
        return address[:-1] + b"\x02" if moved else address

    responder.twist = other
    done = load(world, *AS_ROUTERS, "--duration", 0.5, "--window", 4, "--mix", "100,0,0,0",
                "--timeout", 0.2, keys=responder.keys, status=1)
    assert "has another home address" in done.stderr


def test_a_denied_renewal_leaves_a_host_registered(world, responder):
    responder.denies_renewals = True
    r = report(world, *AS_ROUTERS, "--duration", 0.2, "--window", 4, "--mix", "100,0,0,0",
               keys=responder.keys)
    assert r["registered"] == 20
    assert r["running"]["denied"]["130"] == r["running"]["sent"] > 0


def test_a_journal_of_routers_is_verified(world, responder, tmp_path):
    journal = tmp_path / "journal"
    load(world, *AS_ROUTERS, "--duration", 0.5, "--window", 4, "--journal", journal,
         keys=responder.keys)
    verified = load(world, *AS_ROUTERS, "--verify", journal, keys=responder.keys)
    assert ": 0 wrong" in verified.stdout
    responder.addresses = {"somebody": 1}  # all others get other ones now
    done = load(world, *AS_ROUTERS, "--verify", journal, keys=responder.keys, status=1)
    assert "denied, although it was acknowledged" in done.stderr


def test_one_home_address_for_two_hosts_is_found_in_a_journal(world, responder, tmp_path):
    journal = tmp_path / "journal"
    responder.twist = lambda nai, request, address: bytes(15) + b"\x01"
    load(world, *AS_ROUTERS, "--duration", 0, "--journal", journal, keys=responder.keys)
    done = load(world, *AS_ROUTERS, "--verify", journal, keys=responder.keys, status=1)
    assert done.stderr.count("has a home address that another host has, too") == 19


def test_a_router_without_an_association_is_named(world):
    done = load(world, *AS_ROUTERS, status=2)
    assert "no association for the access router 10.1.0.0; write one with node:" in done.stderr


def test_an_interrupted_run_reports_what_it_saw(world):
    world.start("ha")
    process = world.popen("an1", *words(world, "--json", "--nodes", 2, "--hosts", 25,
                                        "--duration", 60), stderr=subprocess.PIPE)
    wait_until(lambda: "moved" in world.log("ha"), 10, "the run has begun")
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=10)
    assert process.returncode == 0, errors
    assert json.loads(out)["running"]["accepted"]["renewal"] > 0


@pytest.mark.parametrize("options, expected", [
    (("--nodes", "1", "--rate", "fast"), '--rate: "fast" is wrong; write 0.001 to 10000000'),
    (("--nodes", "1", "--mix", "80,20"), "--mix"),
    (("--nodes", "100"), "20000 are needed"),
    (("--routers", "1"), "nowhere to move"),
    (("--sources", "10.1.0.1/22", "--nodes", "1"), "--sources"),
    ((), "add --routers N or --nodes N"),
    (("--nodes", "1", "idle"), '"idle" is no option'),
])
def test_mistakes_are_told(tmp_path, options, expected):
    done = subprocess.run([LOAD, "--home-agent", HOME_AGENT, "--keys", tmp_path / "none",
                           "--sources", SOURCES, *options], capture_output=True, text=True)
    assert done.returncode == 2
    assert expected in done.stderr


def test_keys_that_others_can_read_are_refused(tmp_path):
    keys = tmp_path / "keys"
    keys.write_text(f"- {{realm: {REALM}, spi: 256, algorithm: hmac-md5, key: {'00' * 16}}}\n")
    keys.chmod(0o644)
    done = subprocess.run([LOAD, "--home-agent", HOME_AGENT, "--keys", keys, "--sources", SOURCES,
                           "--nodes", "1"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "chmod 0600" in done.stderr
