# SPDX-License-Identifier: Apache-2.0
"""Mobile IPv4 messages written and read independently of the product's codec (RFC 5944 3.3-3.5,
RFC 3543 4.1, draft 4.1, 4.2)."""

import hashlib
import hmac
import os
import socket
import struct
import time
from dataclasses import dataclass, field

PORT = 434
RRQ, RRP, REVOCATION, ACK = 1, 3, 7, 15
MHAE, FHAE = 32, 34
NAI, REVOCATION_SUPPORT = 131, 137
HOA_REQUEST, HOA = 127, 255  # the draft's TBD-1 and TBD-2, default numbers
EMPTY = b"\0"  # Length 1: nothing but the Sub-Type octet
DIRECT, REVERSE_TUNNEL = 0x20, 0x02  # D and T of the request
FIXED = {RRQ: 24, RRP: 20, REVOCATION: 20, ACK: 12}
LONG = {36, 38, 40, 41, 42, 43, 47, 48, 50}  # Type, Sub-Type, 16-bit Length


@dataclass
class Message:
    raw: bytes
    type: int
    extensions: list = field(default_factory=list)  # (type, value, offset), in order

    def types(self):
        return [e[0] for e in self.extensions]

    def get(self, extension):
        return next((value for kind, value, _ in self.extensions if kind == extension), None)

    def _u16(self, at):
        return struct.unpack_from("!H", self.raw, at)[0]

    def _ip(self, at):
        return socket.inet_ntoa(self.raw[at:at + 4])

    @property
    def flags(self):
        return self.raw[1] if self.type == RRQ else self._u16(2)

    @property
    def code(self):
        assert self.type == RRP
        return self.raw[1]

    @property
    def lifetime(self):
        assert self.type in (RRQ, RRP)
        return self._u16(2)

    @property
    def home(self):
        return self._ip(4)

    @property
    def home_agent(self):
        return self._ip(8)

    @property
    def care_of(self):
        """Care-of Address of a request, Foreign Domain Address of a revocation."""
        assert self.type in (RRQ, REVOCATION)
        return self._ip(12)

    @property
    def identification(self):
        """64 bits of RRQ and RRP, 32 bits of revocation and acknowledgment."""
        at = {RRQ: 16, RRP: 12, REVOCATION: 16, ACK: 8}[self.type]
        return self.raw[at:FIXED[self.type]]

    @property
    def nai(self):
        value = self.get(NAI)
        return value.decode() if value is not None else None

    def authenticated(self, key, kind=MHAE, algorithm=hashlib.md5):
        """True if the authenticator of that kind is there and right."""
        for extension, value, at in self.extensions:
            if extension == kind:
                digest = hmac.new(key, self.raw[:at + 6], algorithm).digest()
                return hmac.compare_digest(digest, value[4:])
        return False


def decode(raw):
    message = Message(raw, raw[0])
    at = FIXED[message.type]
    while at < len(raw):
        kind = raw[at]
        if kind == 0:
            at += 1
            continue
        head = 4 if kind in LONG else 2
        length = struct.unpack_from("!H", raw, at + 2)[0] if kind in LONG else raw[at + 1]
        assert at + head + length <= len(raw), "extension longer than the message"
        message.extensions.append((kind, raw[at + head:at + head + length], at))
        at += head + length
    return message


def extension(kind, value):
    return bytes([kind, len(value)]) + value


def authenticator(message, key, spi, kind=MHAE, algorithm=hashlib.md5):
    length = 4 + algorithm().digest_size
    head = bytes([kind, length]) + struct.pack("!I", spi)
    return head + hmac.new(key, message + head, algorithm).digest()


def identification(offset=0.0):
    now = time.time() + 2208988800 + offset
    return struct.pack("!II", int(now), int(now % 1 * 2**32))


def request(care_of, home_agent, *extensions, lifetime=60, flags=DIRECT | REVERSE_TUNNEL,
            ident=None):
    """A request without authenticator."""
    fixed = struct.pack("!BBH4s4s4s", RRQ, flags, lifetime, bytes(4),
                        socket.inet_aton(home_agent), socket.inet_aton(care_of))
    return fixed + (ident or identification()) + b"".join(extensions)


def realm_key(key, nai):
    """The MN-HA key of a NAI in a realm (HMAC-SHA-256 of the realm's key)."""
    return hmac.new(key, nai.encode(), hashlib.sha256).digest()


def garbage(n):
    return os.urandom(n)
