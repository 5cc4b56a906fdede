# SPDX-License-Identifier: Apache-2.0
"""The store at its limits: a full disk, one that cannot be written, damage, a newer version, two
daemons; what survives, and what does not."""

import ctypes
import re
import resource
import socket
import struct
import subprocess

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import ICMPv6ND_RS, IPv6
from scapy.layers.l2 import Ether

import mip4
import router
from netlab import (CORRESPONDENT, HOME_AGENT, HOST_NAI, LabError, Pings, build_directory,
                    wait_until)
from router import Router, home_address, wanted
from wire import Capture, link_socket, socket_in

POOL = "2001:db8:100::/40"
NAI, NEW = "host@lab.example", "another-host@lab.example"
ELSEWHERE = "10.2.0.9"  # another care-of address at an2
DISK = 256  # KiB
FILE_HEADER, VERSION_AT, CHECKSUM_AT = 32, 8, 24


class Fast(Pings):
    RATE = 200

    def wait(self, n):
        until = self.last() + n
        wait_until(lambda: self.last() >= until, 10, f"{n} more pings are answered")

    def lost(self):
        return self.cost(min(self.replies), self.last())[0]


class Disk:
    """A small one, where the store of a node is. `fill` leaves at most the rest of the page that
    the store's file ends in."""

    def __init__(self, lab, name):
        self.path = lab.state / f"{name}.disk"
        self.path.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}k", "tmpfs", self.path],
                       check=True)
        lab.set(name, path=self.path / "store")

    def fill(self):
        with open(self.path / "filler", "wb", buffering=0) as filler:
            try:
                while filler.write(bytes(4096)):
                    pass
            except OSError:
                pass

    def free(self):
        (self.path / "filler").unlink()

    def remount(self, how):
        subprocess.run(["mount", "-o", f"remount,{how}", self.path], check=True)

    def close(self):
        subprocess.run(["umount", "-l", self.path], check=True)


@pytest.fixture
def disk(lab):
    disks = []

    def make(name):
        disks.append(Disk(lab, name))
        return disks[-1]

    yield make
    for d in disks:
        d.close()


@pytest.fixture
def world(lab):
    """The usual lab with a pool, and an2 free for a router made by hand, which has two addresses."""
    router.add_pools(lab, POOL)
    router.add_keys(lab, *router.ADDRESSES.values(), ELSEWHERE)
    lab.run("an2", "ip", "addr", "add", f"{ELSEWHERE}/32", "dev", "lo")
    lab.routers = [Router(lab, "an2"), Router(lab, "an2", ELSEWHERE)]
    yield lab
    for r in lab.routers:
        r.close()


def set_sync(lab, how):
    path = lab.state / "ha.yaml"
    path.write_text(path.read_text().replace("store:\n", f"store:\n  sync: {how}\n"))


def refused(lab, name):
    """What a start that must not succeed says last."""
    with pytest.raises(LabError) as error:
        lab.start(name)
    return str(error.value)


def daemon(lab, name, *options):
    return lab.run(name, build_directory() / "netmip4d", *options, "-c", lab.state / f"{name}.yaml",
                   check=False)


def bindings(lab):
    return {b["nai"]: (b["care-of"], b["home-address"], b["unique"], b["mode"],
                       sorted(a["address"] for a in b["addresses"]))
            for b in lab.show("ha", "bindings")["bindings"]}


def denied(r, request):
    """Asked until it is denied for want of resources. The request that finds out that the store
    fails is lost; so is one after each try that had room for less."""
    code = wait_until(lambda: r.code(request()), 15, "a request is answered")
    assert code == 130


def fails(lab):
    return lab.show("ha", "store")["state"] == "failing"


def until_full(lab, r):
    """Until nothing fits any more where the store's file ends."""
    for number in range(200):
        if r.code(r.request(f"x{number}@lab.example", wanted())) != 0:
            break
    wait_until(lambda: fails(lab), 5, "the store is said to fail")


def assert_nothing_is_accepted(lab, home):
    """A new session, a renewal and a movement."""
    here, there = lab.routers
    denied(here, lambda: here.request(NEW, wanted()))
    denied(here, lambda: here.request(NAI, wanted(home=home)))
    denied(there, lambda: there.request(NAI, wanted()))
    assert lab.drops("ha")["store-failed"] >= 3


def wait_served(lab, home):
    here, there = lab.routers
    wait_until(lambda: here.code(here.request(NAI, wanted(home=home))) == 0, 10, "a renewal")
    assert here.code(here.request(NEW, wanted())) == 0
    assert there.code(there.request(NAI, wanted())) == 0
    assert lab.show("ha", "store")["state"] == "ok"


def attach(lab):
    """A host of an access node with pings under way, and one of a router; its home address."""
    lab.start("an1")
    lab.plug("mn", "an1")
    lab.wait_address("mn")
    reply = lab.routers[0].register(NAI)
    assert reply.code == 0
    return home_address(reply)[0]


def unwritable(folder, why):
    return (f"the store {folder} cannot be written: {why}; make it writable, and room on its disk: "
            "until then new sessions, renewals and movements are denied")


def make_unwritable_and_back(lab, begin, end, says):
    home = attach(lab)
    pings = Fast(lab, "mn", CORRESPONDENT)
    pings.wait(50)
    begin()
    until_full(lab, lab.routers[0])
    before = bindings(lab)
    assert_nothing_is_accepted(lab, home)
    assert bindings(lab) == before, "a denial changes nothing"
    assert f"failing: {says}" in lab.command("ha", "show", "store").stdout
    pings.wait(100)
    end()
    wait_served(lab, home)
    assert "works again" in lab.log("ha")
    after = bindings(lab)
    assert {n: b for n, b in after.items() if n not in (NAI, NEW)} == \
        {n: b for n, b in before.items() if n != NAI}
    assert after[NAI][0] == ELSEWHERE and after[NAI][1:] == before[NAI][1:]
    lab.kill("ha")
    lab.start("ha")
    assert bindings(lab) == after
    pings.wait(50)
    assert pings.lost() == 0
    pings.stop()


@pytest.mark.parametrize("sync", ("interval", "batch"))
def test_on_a_full_disk_only_what_is_registered_goes_on(world, disk, sync):
    lab, small = world, disk("ha")
    set_sync(lab, sync)
    lab.start("ha")
    says = unwritable(small.path / "store", "No space left on device")
    make_unwritable_and_back(lab, small.fill, small.free, says)
    assert lab.log("ha").count(says) <= 5, "it is not said for every request"
    assert says in lab.log("ha")


def test_a_limit_of_the_size_of_files_is_no_different(world):
    """It comes with a signal that would end a process."""
    lab = world
    lab.start("ha")
    pid = lab.pid("ha")
    log, = (lab.state / "ha.store").glob("log-*")

    def limit(n):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (n, resource.RLIM_INFINITY))

    make_unwritable_and_back(lab, lambda: limit(log.stat().st_size),
                             lambda: limit(resource.RLIM_INFINITY),
                             unwritable(log.parent, "File too large"))


def test_a_read_only_folder_is_told_at_start(lab, disk):
    small = disk("ha")
    small.remount("ro")
    text = refused(lab, "ha")
    assert re.search(r"ha\.yaml:\d+: store.path: cannot make the store's folder .*/store: Read-only "
                     "file system; make the one it stands in, and writable for this user", text)
    small.remount("rw")
    lab.start("ha")
    lab.kill("ha")
    small.remount("ro")
    text = refused(lab, "ha")
    assert re.search("cannot write to the store's folder .*/store: Read-only file system; it must "
                     "be writable for this user and have room", text)
    small.remount("rw")
    lab.start("ha")


def content(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def spoil(lab, change):
    """Registers hosts before and after a restart, and changes the file that has both; that of before
    is known to be on the disk when that of after is written."""
    lab.routers[0].register(NAI)
    lab.kill("ha")
    lab.start("ha")
    lab.routers[0].register(NEW)
    lab.kill("ha")
    folder = lab.state / "ha.store"
    log, = folder.glob("log-*")
    octets = bytearray(log.read_bytes())
    change(octets)
    log.write_bytes(octets)
    return folder, log


def assert_reset_helps(lab, folder, spoilt):
    done = daemon(lab, "ha", "--reset-store")
    assert done.returncode == 0, done.stderr
    aside, = lab.state.glob("ha.store.aside-*")
    assert f"the store was moved to {aside}; the next start begins with an empty one" in done.stdout
    assert content(aside) == spoilt and not folder.exists()
    lab.start("ha")
    assert bindings(lab) == {}
    assert lab.routers[0].register(NAI).code == 0
    assert lab.routers[0].register(NEW).code == 0


def test_a_damaged_store_is_left_as_it_is_until_the_operator_says_so(world):
    lab = world
    lab.start("ha")

    def damage(octets):
        octets[FILE_HEADER + 60] ^= 1

    attach(lab)
    pings = Fast(lab, "mn", CORRESPONDENT)
    pings.wait(20)
    folder, log = spoil(lab, damage)
    before = content(folder)
    text = refused(lab, "ha")
    assert (f"the store {folder} is damaged: {log.name} is not what was written, from octet "
            f"{FILE_HEADER} on; bring it back from a backup, or start without what it holds "
            "(netmip4d --reset-store moves it aside)") in text
    assert content(folder) == before
    pings.wait(20)  # of a host that the predecessor served
    assert pings.lost() == 0
    pings.stop()
    assert_reset_helps(lab, folder, before)


def test_a_store_of_a_newer_version_is_left_as_it_is(world):
    lab = world
    xxhash = ctypes.CDLL("libxxhash.so.0").XXH3_64bits
    xxhash.restype = ctypes.c_uint64
    xxhash.argtypes = (ctypes.c_char_p, ctypes.c_size_t)

    def newer(octets):
        version, = struct.unpack_from("!I", octets, VERSION_AT)
        struct.pack_into("!I", octets, VERSION_AT, version + 1)
        struct.pack_into("!Q", octets, CHECKSUM_AT, xxhash(bytes(octets), CHECKSUM_AT))

    lab.start("ha")
    folder, log = spoil(lab, newer)
    before = content(folder)
    text = refused(lab, "ha")
    assert (f"the store {folder} was made by a newer version of netmip4d ({log.name}); run that, "
            "or start without what it holds (netmip4d --reset-store moves it aside)") in text
    assert content(folder) == before
    assert_reset_helps(lab, folder, before)


def test_a_store_in_use_is_refused_to_another_daemon_and_to_a_reset(lab):
    lab.start("ha")
    lab.set("an1", path=lab.state / "ha.store")
    text = refused(lab, "an1")
    assert (f"another process uses the store {lab.state}/ha.store; stop it first, or give this one "
            "a store of its own") in text
    done = daemon(lab, "ha", "--reset-store")
    assert done.returncode == 1
    assert f"another process uses the store {lab.state}/ha.store; stop it first" in done.stderr
    assert lab.show("ha", "store")["state"] == "ok"


def replay(lab, frame):
    """Sends a request of the capture once more, as it was; its reply."""
    message, again = frame.mip4, Capture(lab, "ha", "core0")
    raw = socket_in(lab, "core", socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw.sendto(bytes(IP(src=frame.outer_source, dst=HOME_AGENT) /
                     UDP(sport=frame.ports[0], dport=mip4.PORT) / frame.udp), (HOME_AGENT, 0))
    reply = again.wait_message(
        mip4.RRP, lambda m: m.identification[4:] == message.identification[4:])
    again.stop()
    return reply.mip4


def test_old_requests_are_refused_after_kill_9(world):
    lab, here = world, world.routers[0]
    lab.start("ha")
    core = Capture(lab, "ha", "core0")
    home = attach(lab)
    lab.kill("an1")
    lab.start("an1")  # it renews at once
    assert here.register(NAI, home=home).code == 0
    for nai in (HOST_NAI, NAI):
        wait_until(lambda: sum(m.nai == nai for _, m in core.messages(mip4.RRP)) >= 2, 10,
                   "the first request of each has become old")
    before = bindings(lab)
    assert set(before) == {HOST_NAI, NAI} and before[NAI][1] == home
    lab.kill("ha")
    lab.start("ha")
    assert bindings(lab) == before
    for nai in (HOST_NAI, NAI):
        assert replay(lab, core.first(lambda f: f.mip4 and f.mip4.type == mip4.RRQ and
                                      f.mip4.nai == nai)).code == 133
    assert lab.drops("ha")["replay"] == 2
    assert bindings(lab) == before


def test_without_a_store_nothing_survives_and_all_works(world):
    lab, here = world, world.routers[0]
    set_sync(lab, "none")
    lab.start("ha")
    home = attach(lab)
    assert lab.ping("mn", CORRESPONDENT) == 3
    assert set(bindings(lab)) == {HOST_NAI, NAI}
    lab.kill("ha")
    lab.start("ha")
    assert NAI not in bindings(lab)
    assert not (lab.state / "ha.store").exists()
    assert here.register(NAI, home=home).code == 129  # it knows of no such host
    assert here.register(NAI).code == 0
    done = daemon(lab, "ha", "--reset-store")
    assert done.returncode == 1
    assert "the configuration has no store (sync: none)" in done.stderr


def test_a_full_disk_does_not_stop_an_access_node(lab, disk):
    small = disk("an1")
    lab.start("ha", "an1")
    small.fill()
    port = link_socket(lab, "switch", "an1")

    def fails():
        fails.n += 1
        mac = f"02:00:00:00:01:{fails.n:02x}"
        port.send(bytes(Ether(src=mac, dst="33:33:00:00:00:02") /
                        IPv6(src=f"fe80::ff:fe00:1{fails.n:02x}", dst="ff02::2") / ICMPv6ND_RS()))
        return lab.show("an1", "store")["state"] == "failing"

    fails.n = 0
    wait_until(fails, 10, "the disk is full")
    assert "No space left on device" in lab.command("an1", "show", "store").stdout
    lab.plug("mn", "an1")
    lab.wait_address("mn")
    assert lab.ping("mn", CORRESPONDENT) == 3
    assert lab.drops("an1")["store-failed"] > 0
    small.free()
    wait_until(lambda: lab.show("an1", "store")["state"] == "ok", 10, "it is tried again")
    # what had not been stored before is there after a restart
    assert lab.ping("mn", CORRESPONDENT) == 3
    lab.kill("an1")
    lab.start("an1")
    there = {a["nai"]: a["state"] for a in lab.show("an1", "attachments")["attachments"]}
    assert there[HOST_NAI] == "attached"
    assert lab.ping("mn", CORRESPONDENT) == 3
