# SPDX-License-Identifier: Apache-2.0
"""The lab of topology.sh for Python: used by the demo, the e2e tests and the benchmarks."""

import json
import os
import re
import select
import signal
import subprocess
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOST_ADDRESS_PREFIX = "2001:db8:1:"    # at access nodes
ROUTED_ADDRESS_PREFIX = "2001:db8:3:"  # at access routers
CORRESPONDENT = "2001:db8:2::10"
HOME_HOST = "2001:db8:1::10"
HOME_AGENT = "192.0.2.1"
REALM = "lab.example"
SPI = 1000
REALM_KEY = b"lab-key-not-secret-at-all-only-1"  # as in the file of keys
HOST_MAC = "02:00:00:00:00:01"
HOST_NAI = f"020000000001@{REALM}"
USER, SECRET = f"host@{REALM}", "not-secret-at-all"  # who may dial in, as in the file of users


class LabError(Exception):
    pass


def build_directory():
    return (HERE.parent / os.environ.get("NETMIP4_BUILD", "build")).resolve()


def wait_until(condition, timeout, what):
    """Returns the first true value of condition()."""
    end = time.monotonic() + timeout
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise LabError(f"after {timeout} s still not: {what}")
        time.sleep(0.02)


class Lab:
    def __init__(self, prefix="nm-", mtu=1500, narrow=None, plain=False):
        self.prefix = prefix
        self.options = ["-p", prefix, "-m", str(mtu)]
        if narrow:
            self.options += ["-n", str(narrow)]
        if plain:
            self.options += ["-r"]
        state = os.environ.get("NETMIP4_LAB_STATE", "/run/netmip4-lab")
        self.state = Path(state) / prefix
        self.processes = []
        self.guests = {}  # hosts that are not namespaces, by name (ppp.py)

    def topology(self, *arguments):
        done = subprocess.run([HERE / "topology.sh", *self.options, *arguments],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            raise LabError(f"topology.sh {' '.join(arguments)}: {done.stdout}{done.stderr}")

    def up(self):
        self.topology("up")

    def down(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.processes.clear()
        self.topology("down")

    def start(self, *names):
        self.topology("start", *names)

    def stop(self, *names):
        self.topology("stop", *names)

    def plug(self, host, access_node):
        self.topology("plug", host, access_node)

    def move(self, host, access_node):
        """Without loss of carrier."""
        self.topology("move", host, access_node)

    def unplug(self, host):
        self.topology("unplug", host)

    def add_host(self, name, number):
        self.topology("host", name, str(number))

    def inside(self, name, *command):
        return ["nsenter", f"--net=/run/netns/{self.prefix}{name}", "--", *map(str, command)]

    def run(self, name, *command, check=True, timeout=60):
        if name in self.guests:
            done = self.guests[name].run(*command, timeout=timeout)
        else:
            done = subprocess.run(self.inside(name, *command), stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=timeout)
        if check and done.returncode:
            raise LabError(f"in {name}: {' '.join(map(str, command))}: {done.stdout}{done.stderr}")
        return done

    def popen(self, name, *command, **options):
        options.setdefault("stdin", subprocess.PIPE)
        options.setdefault("stdout", subprocess.PIPE)
        process = subprocess.Popen(self.inside(name, *command), text=True, **options)
        self.processes.append(process)
        return process

    def pid(self, name):
        return int((self.state / f"{name}.pid").read_text())

    def kill(self, name, number=signal.SIGKILL):
        """Ends a daemon without its having a say, or by handing over; returns when it is gone."""
        pid = self.pid(name)
        os.kill(pid, number)
        wait_until(lambda: not runs(pid), 10, f"{name} has ended")

    def log(self, name):
        path = self.state / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def set(self, name, **values):
        """Changes lines `key: value` of a daemon's configuration (keys with _ for -)."""
        path = self.state / f"{name}.yaml"
        text = path.read_text()
        for key, value in values.items():
            key = key.replace("_", "-")
            text, n = re.subn(rf"(?m)^(\s*(?:- )?{key}:).*$", rf"\1 {value}", text)
            if n == 0:
                raise LabError(f"{path} has no key {key}")
        path.write_text(text)

    def command(self, name, *arguments, check=True):
        """netmip4, speaking to the daemon of a node."""
        done = subprocess.run([build_directory() / "netmip4", "--socket",
                               self.state / f"{name}.sock", *arguments],
                              capture_output=True, text=True, timeout=20)
        if check and done.returncode:
            raise LabError(f"netmip4 {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done

    def show(self, name, what):
        return json.loads(self.command(name, "show", what, "--json").stdout)

    def drops(self, name):
        """Counters by reason."""
        return {d["reason"]: d["count"] for d in self.show(name, "drops")["drops"]}

    def addresses(self, host="mn"):
        """Global addresses of a host's eth0 that are ready for use."""
        return [a["local"] for a in self._addresses(host)
                if a["scope"] == "global" and not a.get("tentative")]

    def link_local(self, host="mn"):
        """The same, link-local."""
        return [a["local"] for a in self._addresses(host)
                if a["scope"] == "link" and not a.get("tentative")]

    def _addresses(self, host):
        text = self.run(host, "ip", "-j", "-6", "addr", "show", "dev", "eth0").stdout
        return [a for link in json.loads(text or "[]") for a in link.get("addr_info", [])
                if a.get("local")]

    def _settled(self, host):
        found = self._addresses(host)
        return not any(a.get("tentative") for a in found) and self.addresses(host)

    def mac(self, name, interface):
        link = self.run(name, "ip", "-j", "link", "show", "dev", interface).stdout
        return json.loads(link)[0]["address"]

    def wait_address(self, host="mn", timeout=15):
        """Waits for the kernel's own word that it has a global address and is done with DAD of all
        its addresses; returns the global one."""
        monitor = self.popen(host, "ip", "-o", "-6", "monitor", "address",
                             stderr=subprocess.DEVNULL)
        end = time.monotonic() + timeout
        try:
            while not (found := self._settled(host)):
                left = end - time.monotonic()
                if left <= 0:
                    raise LabError(f"{host} has no address after {timeout} s")
                # Not longer than half a second: the monitor may have begun after the event.
                if select.select([monitor.stdout], [], [], min(left, 0.5))[0]:
                    os.read(monitor.stdout.fileno(), 65536)
            return found[0]
        finally:
            monitor.kill()
            monitor.wait()

    def ping(self, name, address, count=3, *options):
        """How many of `count` pings were answered."""
        done = self.run(name, "ping", "-n", "-c", count, "-i", "0.05", "-W", "2", *options, address,
                        check=False)
        found = re.search(r"(\d+) received", done.stdout)
        return int(found.group(1)) if found else 0


def runs(pid):
    """Any of its threads: the last to end gives back what the process held."""
    try:
        stats = [(task / "stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:  # one of them, or all, ended meanwhile
        return Path(f"/proc/{pid}").exists()
    return any(") Z " not in stat for stat in stats)


class Pings:
    """Numbered pings at a steady rate: what a move costs."""

    RATE = 100  # a second

    def __init__(self, lab, name, address):
        self.replies = {}  # sequence number -> when its reply came (s, CLOCK_REALTIME)
        self.process = lab.popen(name, "ping", "-n", "-D", "-i", str(1 / self.RATE), address)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            if found := re.match(r"\[([\d.]+)\] \d+ bytes .*icmp_seq=(\d+)", line):
                self.replies[int(found.group(2))] = float(found.group(1))

    def last(self):
        return max(self.replies, default=0)

    def wait_steady(self, after, timeout=20, n=20):
        """Waits for n replies in a row, the first of them later than the time `after`."""
        def steady():
            last = self.last()
            run = range(last - n + 1, last + 1)
            return all(self.replies.get(i, 0) > after for i in run) and last
        return wait_until(steady, timeout, "pings are answered again")

    def cost(self, first, last):
        """Between two sequence numbers: (lost, longest silence in s)."""
        lost = sum(1 for i in range(first, last + 1) if i not in self.replies)
        times = sorted(t for i, t in list(self.replies.items()) if first <= i <= last)
        return lost, max((b - a for a, b in zip(times, times[1:])), default=0.0)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Transfer:
    """A TCP connection with data in both directions (transfer.py): paced until finish(), or of a
    given size each."""

    RATE = 1000000  # octets a second

    def __init__(self, lab, server, address, client, size=None, port=8080):
        how = ("size", size) if size else ("pace", self.RATE)
        program = str(HERE / "transfer.py")
        self.server = lab.popen(server, program, "serve", address, port, *how)
        self._expect(self.server, "listening")
        self.client = lab.popen(client, program, "connect", address, port, *how)
        self._expect(self.client, "connected")
        self._expect(self.server, "connected")

    @staticmethod
    def _expect(process, word):
        line = process.stdout.readline().strip()
        if line != word:
            raise LabError(f"transfer said '{line}' instead of '{word}'")

    def finish(self, timeout=30):
        """(result of the server, result of the client); raises if it does not end in time."""
        results = []
        for process in (self.server, self.client):
            process.stdin.close()
            process.stdin = None
        for process in (self.server, self.client):
            out, _ = process.communicate(timeout=timeout)
            results.append(json.loads(out))
        return results


def intact(sender, receiver):
    return (sender["sent"] == receiver["received"] > 0
            and sender["sent_sha256"] == receiver["received_sha256"])


def iperf(lab, client, server, address, *options, timeout=60):
    """Runs iperf3 from one namespace to another; the `end` of its report."""
    listener = lab.popen(server, "iperf3", "-s", "-1", "-B", address, "--forceflush",
                         stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    for line in listener.stdout:
        if "listening" in line:
            break
    done = lab.run(client, "iperf3", "-J", "-c", address, *options, check=False, timeout=timeout)
    listener.communicate(timeout=10)
    report = json.loads(done.stdout)
    if done.returncode:
        raise LabError(f"iperf3: {report.get('error')}")
    return report["end"]
