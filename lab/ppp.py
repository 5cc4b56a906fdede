# SPDX-License-Identifier: Apache-2.0
"""A host that dials in: Debian's pppd with its PPPoE plug-in on Debian's own kernel, in a machine that
QEMU emulates. Its network card is a tap, plugged in wherever a host of the lab can be."""

import json
import os
import re
import select
import shlex
import subprocess
import time

from netlab import HERE, LabError, wait_until

KERNEL = HERE.parent / "build/guest/kernel/vmlinuz"
READY = 120  # s for its start, on a machine that does much else
STATUS = re.compile(rb"\x1e(\d+)\n")  # after what a command says (guest/shell)
LOG, PID = "/run/pppd.log", "/run/pppd.pid"
# The card computes no checksums, joins no segments and takes none that are still to be cut: what
# comes in is what would be on a wire, and the host's kernel checks it.
CARD = "virtio-net-pci," + ",".join(f"{feature}=off" for feature in (
    "csum", "gso", "guest_csum", "guest_tso4", "guest_tso6", "guest_ecn", "guest_ufo", "host_tso4",
    "host_tso6", "host_ecn", "host_ufo", "mrg_rxbuf"))


class NoGuest(LabError):
    """What it takes is not here."""


class Guest:
    """A machine that runs commands, one after the other: for the lab a host like others."""

    def __init__(self, lab, name, number):
        """`number`: the end of its MAC."""
        self.lab, self.name, self.mac = lab, name, f"02:00:00:00:00:{number:02x}"
        image, self.console = lab.state / f"{name}.image", lab.state / f"{name}.console"
        done = subprocess.run([HERE / "guest/image", image, "lab/guest"], capture_output=True, text=True)
        if done.returncode:
            raise NoGuest(done.stderr.strip())
        lab.run("switch", "ip", "tuntap", "add", "dev", name, "mode", "tap", "vnet_hdr")
        self.process = lab.popen(
            "switch", "qemu-system-x86_64", "-M", "pc", "-accel", "tcg", "-m", 256, "-nodefaults",
            "-no-user-config", "-display", "none", "-no-reboot", "-kernel", KERNEL, "-initrd", image,
            "-serial", f"file:{self.console}", "-serial", "stdio",
            "-netdev", f"tap,id=net,ifname={name},script=no,downscript=no",
            "-device", f"{CARD},netdev=net,mac={self.mac}",
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off netmip4.script=lab/guest/shell",
            stderr=subprocess.STDOUT)
        self._answer(READY)
        image.unlink()
        lab.guests[name] = self

    def _answer(self, timeout):
        """(what a command said, its status)"""
        said, end = b"", time.monotonic() + timeout
        while not (found := STATUS.search(said)):
            left = end - time.monotonic()
            ready = left > 0 and select.select([self.process.stdout], [], [], left)[0]
            if not ready or not (more := os.read(self.process.stdout.fileno(), 65536)):
                raise LabError(f"guest {self.name} {'ended' if ready else 'is silent'}, having said "
                               f"{said!r}; its kernel:\n{self.console.read_text()[-2000:]}")
            said += more
        return said[:found.start()].decode(), int(found.group(1))

    def run(self, *command, timeout=60):
        """A program and its arguments; or one line for the shell."""
        line = command[0] if len(command) == 1 else shlex.join(map(str, command))
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        said, status = self._answer(timeout)
        return subprocess.CompletedProcess(command, status, said, "")


class PppHost(Guest):
    def __init__(self, lab, name, number):
        super().__init__(lab, name, number)
        self.shell("ip link set eth0 up")

    def shell(self, line, check=True):
        """What it says."""
        return self.lab.run(self.name, line, check=check).stdout

    def dial(self, user, secret, options=""):
        """Begins to; pppd tries once."""
        self.shell(f": >{LOG}; pppd plugin pppoe.so nic-eth0 nodetach debug logfile {LOG} noip +ipv6"
                   f" noauth noccp maxfail 1 lcp-echo-interval 0 user {shlex.quote(user)}"
                   f" password {shlex.quote(secret)} {options} </dev/null >/dev/null 2>&1 & echo $! >{PID}")

    def dials(self):
        """Whether pppd runs, whatever it does."""
        return self.shell(f"[ ! -e /proc/$(cat {PID} 2>/dev/null)/exe ] || echo yes") != ""

    def wait_ended(self, timeout=60):
        wait_until(lambda: not self.dials(), timeout, f"pppd of {self.name} has ended")

    def hang_up(self):
        self.shell(f"kill $(cat {PID})")
        self.wait_ended()

    def vanish(self):
        """Without a word to anybody."""
        self.shell(f"kill -9 $(cat {PID})")
        self.wait_ended()

    def log(self):
        """What pppd has said since it began to dial; a packet of PPP control is a line."""
        return self.shell(f"cat {LOG}", check=False)

    def _addresses(self, scope):
        said = self.shell("ip -j -6 addr show dev ppp0 2>/dev/null", check=False)
        return [a["local"] for link in json.loads(said or "[]") for a in link.get("addr_info", [])
                if a.get("scope") == scope and not a.get("tentative")]

    def addresses(self):
        """Global ones of ppp0 that are ready for use."""
        return self._addresses("global")

    def link_local(self):
        """The same, link-local."""
        return self._addresses("link")

    def wait_address(self, timeout=30):
        wait_until(lambda: self.addresses() or not self.dials(), timeout, f"{self.name} has an address")
        if not (found := self.addresses()):
            raise LabError(f"pppd of {self.name} has ended:\n{self.log()}")
        return found[0]
