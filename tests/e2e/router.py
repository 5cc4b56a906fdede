# SPDX-License-Identifier: Apache-2.0
"""Access routers made by hand: the kernel routes, a TUN device and a raw socket are the tunnel (not
every kernel has `sit`; tests/guest has), and what is said to the home agent is written by mip4.py.
None of our programs runs there.

    mn eth0 ---- switch ---- acc0 fe80::1 [ an1 ] tunnel0 ==== protocol 41 ==== ha
    HoA                                   10.0.1.1 is the care-of address of all its hosts
"""

import fcntl
import hashlib
import os
import re
import select
import socket
import struct
import threading

import mip4
from netlab import HOME_AGENT, REALM_KEY, SPI
from wire import inside, receive, socket_in, udp_socket

NODE_SPI, NODE_KEY = 2000, b"node-key-not-secret-at-all-only-"
ADDRESSES = {"an1": "10.0.1.1", "an2": "10.0.2.1"}
LINK_LOCAL = "fe80::1"  # of every router, so that a host need not notice where it is
ASK = b"\0" + bytes(8)  # draft 4.1: an address, its identifier chosen by the home agent
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
ANSWER = 30  # s; a reply may wait for the retransmissions of a duplicate address detection


def configure(lab, *lines):
    """More lines in the section of the home agent; pools take the place of the lab's own."""
    path = lab.state / "ha.yaml"
    text = path.read_text()
    if lines[0].startswith("pools:"):
        text = re.sub(r"(?m)^  pools:.*\n(    .*\n)*", "", text)
    more = "".join(f"  {line}\n" for line in lines)
    path.write_text(text.replace("home-agent:\n", "home-agent:\n" + more))


def add_pools(lab, *prefixes):
    configure(lab, "pools:", *(f"  - prefixes: {p}" for p in prefixes))


def add_keys(lab, *addresses):
    """Of access routers with these care-of addresses."""
    with open(lab.state / "keys", "a") as keys:
        for a in addresses:
            keys.write(f"- {{node: {a}, spi: {NODE_SPI}, algorithm: hmac-sha256, "
                       f"key: {NODE_KEY.hex()}}}\n")


def add_realm(lab, realm):
    """One more; its name."""
    with open(lab.state / "keys", "a") as keys:
        keys.write(f"- {{realm: {realm}, spi: {SPI}, algorithm: hmac-sha256, "
                   f"key: {REALM_KEY.hex()}}}\n")
    return realm


def ask_with(identifier):
    """Draft 4.1: an address with these 64 bits, and the whole /64 with it."""
    return b"\0" + socket.inet_pton(socket.AF_INET6, f"::{identifier}")[8:]


def wanted(identifier=None, home=None):
    """The extension (type, value) of a request."""
    if home:
        return mip4.HOA, b"\0" + socket.inet_pton(socket.AF_INET6, home)
    return mip4.HOA_REQUEST, ask_with(identifier) if identifier else ASK


class Tunnel(threading.Thread):
    """Interface tunnel0 whose packets go to the home agent as protocol 41, and come from there."""

    def __init__(self, lab, name, address):
        super().__init__(daemon=True)
        self.device = inside(lab, name, lambda: os.open("/dev/net/tun", os.O_RDWR))
        fcntl.ioctl(self.device, TUNSETIFF,
                    struct.pack("16sH22x", b"tunnel0", IFF_TUN | IFF_NO_PI))
        self.core = socket_in(lab, name, socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IPV6)
        self.core.bind((address, 0))
        self.core.connect((HOME_AGENT, 0))
        self.over, self.end = os.pipe()
        self.start()

    def run(self):
        while True:
            ready, _, _ = select.select([self.device, self.core, self.over], [], [])
            if self.over in ready:
                return
            if self.device in ready:
                packet = os.read(self.device, 65536)
                if packet[24] != 0xFF:  # not what the kernel says on the tunnel as on a link
                    self.core.send(packet)
            if self.core in ready:
                packet = self.core.recv(65536)
                os.write(self.device, packet[(packet[0] & 15) * 4:])

    def close(self):
        os.close(self.end)
        self.join()
        os.close(self.over)
        os.close(self.device)
        self.core.close()


class Router:
    """In the namespace of an access node that does not run."""

    def __init__(self, lab, name, address=None):
        """`address`: another one that the namespace has."""
        self.lab, self.name, self.address = lab, name, address or ADDRESSES[name]
        self.socket = udp_socket(lab, name, self.address, mip4.PORT)
        self.revoked, self.tunnel0 = [], None

    def close(self):
        self.socket.close()
        if self.tunnel0:
            self.tunnel0.close()

    def route(self):
        """Makes it a router: the tunnel, the access link, a default route into the tunnel."""
        def run(*command):
            self.lab.run(self.name, *command)

        run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0",
            "net.ipv6.conf.default.disable_ipv6=0", "net.ipv6.conf.core0.disable_ipv6=1",
            "net.ipv6.conf.all.forwarding=1", "net.ipv6.conf.all.accept_dad=0")
        self.tunnel0 = Tunnel(self.lab, self.name, self.address)
        run("ip", "link", "set", "tunnel0", "addrgenmode", "none")
        run("ip", "link", "set", "tunnel0", "up", "mtu", "1480")
        run("ip", "addr", "add", f"{LINK_LOCAL}/64", "dev", "acc0", "nodad")
        run("ip", "-6", "route", "add", "default", "dev", "tunnel0")

    # ---- signalling ----

    def request(self, nai, extension, lifetime=300, key=NODE_KEY, ident=None, host_key=None):
        """With both authenticators (draft 5.5.2); `extension` is (type, value)."""
        kind, value = extension
        raw = mip4.request(self.address, HOME_AGENT, mip4.extension(mip4.NAI, nai.encode()),
                           mip4.extension(kind, value), lifetime=lifetime,
                           flags=mip4.REVERSE_TUNNEL, ident=ident)
        raw += mip4.authenticator(raw, host_key or mip4.realm_key(REALM_KEY, nai), SPI,
                                  algorithm=hashlib.sha256)
        # RFC 3543 3.2: 137 and a timestamp, after the MHAE since it is the agents' own
        raw += mip4.extension(mip4.REVOCATION_SUPPORT, bytes(2) + mip4.identification()[:4])
        return raw + mip4.authenticator(raw, key, NODE_SPI, mip4.FHAE, hashlib.sha256)

    def send(self, raw):
        self.socket.sendto(raw, (HOME_AGENT, mip4.PORT))

    def take(self, timeout):
        """The next message, or None; a revocation is acknowledged."""
        raw = receive(self.socket, timeout)
        message = mip4.decode(raw) if raw else None
        if message and message.type == mip4.REVOCATION:
            self.acknowledge(message)
        return message

    def reply(self, ident, timeout=ANSWER):
        """The reply to a request, or None."""
        while message := self.take(timeout):
            if message.type == mip4.RRP and message.identification[4:] == ident[4:]:
                return message
        return None

    def code(self, raw, timeout=1):
        """Of the reply to a request; None without one."""
        self.send(raw)
        reply = self.reply(raw[16:24], timeout)
        return reply.code if reply else None

    def exchange(self, raw):
        self.send(raw)
        reply = self.reply(raw[16:24])
        assert reply, "the home agent does not answer"
        assert reply.authenticated(NODE_KEY, mip4.FHAE, hashlib.sha256) or reply.code == 132
        return reply

    def register(self, nai, identifier=None, home=None, **more):
        """The reply to an initial registration, with 64 bits of the router's choice or none; or to
        one for the home address that the host has (renewal, and deregistration by lifetime=0)."""
        return self.exchange(self.request(nai, wanted(identifier, home), **more))

    def acknowledge(self, revocation):
        self.revoked.append(revocation)
        raw = struct.pack("!BBH4s", mip4.ACK, 0, 0, bytes(4)) + revocation.identification
        raw += mip4.extension(mip4.NAI, revocation.get(mip4.NAI))
        if home := revocation.get(mip4.HOA):
            raw += mip4.extension(mip4.HOA, home)
        raw += mip4.authenticator(raw, NODE_KEY, NODE_SPI, mip4.FHAE, hashlib.sha256)
        self.send(raw)

    def wait_revocation(self, timeout=10):
        """The first that has come; it is acknowledged."""
        while not self.revoked and self.take(timeout):
            pass
        assert self.revoked, f"no revocation came to {self.name}"
        return self.revoked[0]

    # ---- hosts ----

    def serve(self, host, home, unique):
        """Takes a host of the lab that has this home address onto the access link."""
        self.lab.plug(host, self.name)
        self.lab.run(self.name, "ip", "-6", "route", "replace", f"{home}/{64 if unique else 128}",
                     "dev", "acc0")

    def release(self, home, unique):
        self.lab.run(self.name, "ip", "-6", "route", "del", f"{home}/{64 if unique else 128}",
                     "dev", "acc0")


def give_host(lab, host, *addresses):
    """What the router would say by DHCPv6."""
    lab.run(host, "sysctl", "-qw", "net.ipv6.conf.eth0.accept_ra=0",
            "net.ipv6.conf.eth0.keep_addr_on_down=1")
    for address in addresses:
        lab.run(host, "ip", "addr", "replace", f"{address}/128", "dev", "eth0", "nodad")
    lab.run(host, "ip", "-6", "route", "replace", "default", "via", LINK_LOCAL, "dev", "eth0",
            "metric", "1")


def home_address(reply):
    """(address, whether its /64 is the host's), as draft 4.2 writes it."""
    value = reply.get(mip4.HOA)
    assert len(value) == 17 and value[0] in (0, 0x80)
    return socket.inet_ntop(socket.AF_INET6, value[1:]), value[0] == 0x80
