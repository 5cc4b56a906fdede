#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A TCP connection on which both ends send random data: at a steady pace until their standard input
is closed, or so many octets as fast as they can. Each end prints, as one line of JSON, how much it
sent and received with the checksums, so that whoever started both can compare.

usage: transfer.py serve|connect ADDRESS PORT pace OCTETS-PER-SECOND
       transfer.py serve|connect ADDRESS PORT size OCTETS
"""

import hashlib
import json
import os
import socket
import sys
import threading
import time

TICK = 0.01
CHUNK = 65536


def until_stdin_closes(stop):
    while sys.stdin.buffer.read(4096):
        pass
    stop.set()


def paced(rate):
    stop = threading.Event()
    threading.Thread(target=until_stdin_closes, args=(stop,), daemon=True).start()
    due = time.monotonic()
    while not stop.is_set():
        yield os.urandom(int(rate * TICK))
        due += TICK
        stop.wait(max(0, due - time.monotonic()))


def sized(size):
    while size > 0:
        yield os.urandom(min(size, CHUNK))
        size -= CHUNK


def send(connection, chunks, result):
    digest, sent = hashlib.sha256(), 0
    for chunk in chunks:
        connection.sendall(chunk)
        digest.update(chunk)
        sent += len(chunk)
    connection.shutdown(socket.SHUT_WR)
    result.update(sent=sent, sent_sha256=digest.hexdigest())


def receive(connection, result):
    digest, received = hashlib.sha256(), 0
    while chunk := connection.recv(CHUNK):
        digest.update(chunk)
        received += len(chunk)
    result.update(received=received, received_sha256=digest.hexdigest())


def main():
    role, address, port, how, number = sys.argv[1:6]
    if role == "serve":
        listener = socket.create_server((address, int(port)), family=socket.AF_INET6)
        print("listening", flush=True)
        connection, _ = listener.accept()
    else:
        connection = socket.create_connection((address, int(port)), timeout=10)
        connection.settimeout(None)
    print("connected", flush=True)

    result = {}
    chunks = {"pace": paced, "size": sized}[how](int(number))
    sender = threading.Thread(target=send, args=(connection, chunks, result))
    sender.start()
    receive(connection, result)
    sender.join()
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
