# SPDX-License-Identifier: Apache-2.0
"""Captures and raw sockets in the lab's namespaces."""

import ctypes
import os
import select
import socket
import struct
import subprocess
import time

import mip4
from netlab import LabError, wait_until

ECHO_REQUEST, ECHO_REPLY, UNREACHABLE, TOO_BIG = 128, 129, 1, 2
RS, RA, NS, NA, MLD = 133, 134, 135, 136, 143
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


class Frame:
    """One captured Ethernet frame. `ip6` is its IPv6 packet, tunnelled or not, `tunnelled` says
    which; outer addresses are None where there is no IPv4 header."""

    def __init__(self, at, raw):
        self.time, self.raw = at, raw
        self.destination, self.source = raw[0:6].hex(":"), raw[6:12].hex(":")
        self.outer_source = self.outer_destination = self.udp = self.ip6 = None
        self.tunnelled = False
        self.protocol = None
        kind, payload = struct.unpack_from("!H", raw, 12)[0], raw[14:]
        if kind == 0x86DD:
            self._ip6(payload)
        elif kind == 0x0800 and len(payload) >= 20:
            self._ip4(payload)

    def _ip4(self, packet):
        self.protocol = packet[9]
        self.outer_source = socket.inet_ntoa(packet[12:16])
        self.outer_destination = socket.inet_ntoa(packet[16:20])
        self.fragment = struct.unpack_from("!H", packet, 6)[0]
        payload = packet[(packet[0] & 15) * 4:]
        if self.fragment & 0x1FFF:
            return
        if self.protocol == 41:
            self.tunnelled = True
            self._ip6(payload)
        elif self.protocol == 17:
            self.ports = struct.unpack_from("!HH", payload)
            self.udp = payload[8:struct.unpack_from("!H", payload, 4)[0]]

    def _ip6(self, packet):
        if len(packet) < 40:
            return
        length = struct.unpack_from("!H", packet, 4)[0]
        self.ip6 = packet[:40 + length] if length else packet
        self.hop_limit = packet[7]
        self.ip6_source = socket.inet_ntop(socket.AF_INET6, packet[8:24])
        self.ip6_destination = socket.inet_ntop(socket.AF_INET6, packet[24:40])

    @property
    def icmp6(self):
        """ICMPv6 type, looking past a hop-by-hop header, else None."""
        if self.ip6 is None:
            return None
        following, at = self.ip6[6], 40
        if following == 0 and len(self.ip6) > 48:
            following, at = self.ip6[40], 40 + 8 * (self.ip6[41] + 1)
        return self.ip6[at] if following == 58 and len(self.ip6) > at else None

    @property
    def target(self):
        """Target of an NS or NA."""
        return socket.inet_ntop(socket.AF_INET6, self.ip6[48:64])

    @property
    def mip4(self):
        """The Mobile IPv4 message in it, or None."""
        if self.udp and mip4.PORT in self.ports and self.udp[0] in mip4.FIXED:
            return mip4.decode(self.udp)
        return None


def read_pcap(path):
    data = path.read_bytes()
    frames, at = [], 24
    while at + 16 <= len(data):
        seconds, micros, length, _ = struct.unpack_from("<IIII", data, at)
        if at + 16 + length > len(data):
            break
        frames.append(Frame(seconds + micros / 1e6, data[at + 16:at + 16 + length]))
        at += 16 + length
    return frames


class Capture:
    """tcpdump on one interface, from the moment it listens."""

    def __init__(self, lab, name, interface, expression=""):
        self.path = lab.state / f"{name}-{interface}-{time.monotonic_ns()}.pcap"
        self.process = lab.popen(name, "tcpdump", "-n", "-U", "--immediate-mode", "-s", "0",
                                 "-i", interface, "-w", self.path, expression,
                                 stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        line = self.process.stderr.readline()
        if "listening" not in line:
            raise LabError(f"tcpdump said: {line}")

    def frames(self, condition=lambda f: True):
        return [f for f in read_pcap(self.path) if condition(f)]

    def first(self, condition, after=0.0):
        return next((f for f in self.frames(condition) if f.time > after), None)

    def wait(self, condition, timeout=10, what="a frame", after=0.0):
        return wait_until(lambda: self.first(condition, after), timeout, f"{what} in {self.path}")

    def messages(self, kind=None):
        """(frame, message) of each Mobile IPv4 message."""
        pairs = [(f, f.mip4) for f in self.frames() if f.mip4]
        return [(f, m) for f, m in pairs if kind is None or m.type == kind]

    def wait_message(self, kind, condition=lambda m: True, timeout=10, after=0.0):
        return self.wait(lambda f: f.mip4 and f.mip4.type == kind and condition(f.mip4), timeout,
                         f"Mobile IPv4 message of type {kind}", after)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def assert_tshark_reads(self, *kinds):
        """Every message of the capture, among them each of these types, and none is malformed."""
        rows = self.tshark("udp.port == 434", "mip.type", "mip.ext.type", "_ws.malformed")
        ours = [[str(m.type), ",".join(map(str, m.types())), ""] for _, m in self.messages()]
        assert rows == ours
        assert set(map(str, kinds)) <= {row[0] for row in rows}

    def tshark(self, expression, *fields):
        arguments = [x for f in fields for x in ("-e", f)]
        done = subprocess.run(["tshark", "-n", "-r", self.path, "-Y", expression, "-T", "fields",
                               *arguments], capture_output=True, text=True, check=True)
        return [line.split("\t") for line in done.stdout.splitlines()]


def inside(lab, name, make):
    """The result of make(), called in a namespace of the lab."""
    with open("/proc/self/ns/net") as here, open(f"/run/netns/{lab.prefix}{name}") as there:
        if libc.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), name)
        try:
            return make()
        finally:
            assert libc.setns(here.fileno(), CLONE_NEWNET) == 0


def socket_in(lab, name, *arguments):
    """A socket that belongs to a namespace of the lab."""
    return inside(lab, name, lambda: socket.socket(*arguments))


def link_socket(lab, name, interface):
    """Sends and receives whole Ethernet frames (bytes, or a scapy packet by bytes())."""
    s = socket_in(lab, name, socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.bind((interface, 3))
    return s


def udp_socket(lab, name, address, port=0):
    s = socket_in(lab, name, socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((address, port))
    return s


def receive(s, timeout=3):
    """The next datagram, or None."""
    return s.recv(65536) if select.select([s], [], [], timeout)[0] else None


class Watch:
    """Captures of everything that the three nodes send and receive."""

    def __init__(self, lab):
        self.lab = lab
        self.access1 = Capture(lab, "an1", "acc0")
        self.access2 = Capture(lab, "an2", "acc0")
        self.core = Capture(lab, "ha", "core0")
        self.home = Capture(lab, "hl", "eth0")
        self.all = (self.access1, self.access2, self.core, self.home)

    def stop(self):
        for capture in self.all:
            capture.stop()
