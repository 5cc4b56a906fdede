# SPDX-License-Identifier: Apache-2.0
"""DHCPv6 clients as Debian has them: four independent programs that know nothing of us. Each has an
/etc, a /run and a /var/lib of its own, so that several run at once and none touches the machine's."""

import ipaddress
import os
import shutil
import signal
import subprocess

from netlab import HERE, LabError, wait_until

UNPACKED = HERE.parent / "build/fetched"
NEEDED_ETC = ("passwd", "group", "nsswitch.conf", "hosts", "ld.so.cache")
STATE = ("dhcp", "dhcpcd", "dhcpv6", "dibbler")  # below /var/lib
PRIVATE = """
cd "$0" && mount --bind etc /etc && mount --bind lib /var/lib && mount --bind run /run && exec "$@"
"""


class Client:
    """On eth0 of a host of the lab. `start` asks for an address; `release` gives it back and ends."""

    name = ""
    packages = ()  # that are not installed, but unpacked
    files = {}  # below /etc

    @classmethod
    def missing(cls):
        """A reason why there is no such client, or None."""
        done = subprocess.run([HERE / "fetch", *cls.packages], capture_output=True, text=True)
        return done.stderr.strip() if done.returncode else None

    def __init__(self, lab, host):
        self.lab, self.host, self.process = lab, host, None
        self.folder = lab.state / "clients" / f"{host}-{self.name}"
        for name in ("etc", "run", "lib"):
            (self.folder / name).mkdir(parents=True)
        for name in STATE:
            (self.folder / "lib" / name).mkdir()
        for name in NEEDED_ETC:
            shutil.copy(f"/etc/{name}", self.folder / "etc")
        for name, text in self.files.items():
            path = self.folder / "etc" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            path.chmod(0o600)

    def private(self, *command):
        return ["unshare", "--mount", "--propagation", "private", "bash", "-c", PRIVATE, self.folder,
                *command]

    def command(self):
        raise NotImplementedError

    def start(self):
        """When the host's link is ready: some clients do not wait for that themselves."""
        wait_until(lambda: self.lab.link_local(self.host), 10, f"{self.host} has a link-local address")
        with open(self.folder / "log", "a") as log:
            self.process = self.lab.popen(self.host, *self.private(*self.command()),
                                          stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def log(self):
        return (self.folder / "log").read_text()

    def wait_end(self, timeout=15):
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise LabError(f"{self.name} of {self.host} does not end:\n{self.log()}") from None

    def release(self):
        """Clients that release what they have when they are told to end."""
        self.process.send_signal(signal.SIGTERM)
        self.wait_end()


class Dhclient(Client):
    name = "dhclient"
    files = {"dhclient.conf": ""}
    arguments = ("-cf", "/etc/dhclient.conf", "-lf", "/var/lib/dhcp/leases", "-pf", "/run/pid")

    def command(self):
        (self.folder / "lib/dhcp/leases").touch()
        return ["dhclient", "-6", "-d", "-v", *self.arguments, "eth0"]

    def release(self):
        self.lab.run(self.host, *self.private("dhclient", "-6", "-r", *self.arguments, "eth0"))
        self.wait_end()


class Dhcpcd(Client):
    name = "dhcpcd"
    files = {"dhcpcd.conf": "duid\nipv6only\nnohook resolv.conf, hostname\nia_na 1\n"
                            "interface eth0\nipv6rs\n"}

    def command(self):
        return ["dhcpcd", "-6", "-B", "-d", "-f", "/etc/dhcpcd.conf", "eth0"]

    def release(self):
        self.lab.run(self.host, *self.private("dhcpcd", "-6", "-f", "/etc/dhcpcd.conf", "-k", "eth0"))
        self.wait_end()


class Dibbler(Client):
    name = "dibbler"
    packages = ("dibbler-client",)
    files = {"dibbler/client.conf": 'log-level 7\nscript ""\niface eth0 { ia { } }\n'}

    def command(self):
        (self.folder / "run/dibbler").mkdir(exist_ok=True)
        return [UNPACKED / "usr/sbin/dibbler-client", "run"]


class Wide(Client):
    name = "wide"
    packages = ("wide-dhcpv6-client", "libfl2")
    files = {"dhcp6c.conf": "interface eth0 { send ia-na 1; };\nid-assoc na 1 { };\n"}

    def command(self):
        return ["env", f"LD_LIBRARY_PATH={UNPACKED}/usr/lib/{os.uname().machine}-linux-gnu",
                UNPACKED / "usr/sbin/dhcp6c", "-f", "-D", "-p", "/run/dhcp6c.pid", "-c",
                "/etc/dhcp6c.conf", "-k", "/nonexistent", "eth0"]


ALL = (Dhclient, Dhcpcd, Dibbler, Wide)


def wait_leased(lab, host, timeout=30):
    """The one global address of a host, ready for use."""
    found = wait_until(lambda: lab.addresses(host), timeout, f"{host} has an address")
    assert len(found) == 1, found
    return found[0]


def requests_address(lab, host, kind=Dhclient):
    """A host that gets its address by DHCPv6: (client, address)."""
    client = kind(lab, host)
    client.start()
    return client, wait_leased(lab, host)


def packed(address):
    return ipaddress.ip_address(address).packed
