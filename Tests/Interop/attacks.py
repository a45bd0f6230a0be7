# SPDX-License-Identifier: Apache-2.0
"""The rows of the conformance table (security-requirements, 1.8) that need no browser, on raw sockets."""
import contextlib
import selectors
import socket
import time
from urllib.parse import urlsplit

from forms import encoded, new_uuid, statement, uuid_of
from services import Connector, Sandbox, enrolled

SLOW, ASKED, PERCENTILE = 500, 100, 0.2


def facts(checks):
    with Sandbox() as sandbox:
        with Connector(sandbox, enrolled(sandbox)) as connector:
            wire = Wire(connector)
            hosts(checks, wire)
            methods_and_types(checks, wire)
            framing(checks, wire)
            sizes(checks, wire)
            paths(checks, wire)
            cut_off(checks, connector, wire)
            slow_clients(checks, connector, wire)


class Wire:
    """Sends exactly the bytes it is given."""

    def __init__(self, connector):
        self.address = urlsplit(connector.url)
        self.host = self.address.netloc
        self.secret = f"Authorization: Bearer {connector.secret}\r\n"

    def open(self):
        return socket.create_connection((self.address.hostname, self.address.port), timeout=20)

    def ask(self, text):
        """The whole answer, until the connector closes or has answered."""
        with contextlib.closing(self.open()) as client:
            received = b""
            with contextlib.suppress(OSError):
                client.sendall(text.encode("latin-1"))
                while b"\r\n\r\n" not in received:
                    part = client.recv(65536)
                    if not part:
                        break
                    received += part
            return received.decode("latin-1")

    def status(self, text):
        answer = self.ask(text)
        return int(answer.split(" ", 2)[1]) if answer.startswith("HTTP/1.1 ") else None

    def get(self, path, host=None, more=""):
        return f"GET {path} HTTP/1.1\r\nHost: {host or self.host}\r\n{more}\r\n"


def hosts(checks, wire):
    port = wire.address.port
    foreign = ["evil.example", f"127.0.0.1.evil.example:{port}", f"localhost.:{port}",
               f"127.0.0.2:{port}", f"0x7f000001:{port}", f"2130706433:{port}"]
    for host in foreign:
        answer = wire.ask(wire.get("/v1/info", host))
        checks.fact(f"W-01..03: Host {host} is misdirected, and no origin is let in",
                    " 421 " in answer[:14] and "access-control" not in answer.lower(), answer)
    none = wire.status("GET /v1/info HTTP/1.1\r\n\r\n")
    two = wire.status(wire.get("/v1/info", more=f"Host: {wire.host}\r\n"))
    checks.fact("W-04: no Host, two Hosts: 400", (none, two) == (400, 400), (none, two))
    absolute = wire.status(wire.get("http://evil.example/v1/info"))
    checks.fact("W-05: another authority in the target: 421", absolute == 421, absolute)
    own = wire.status(wire.get(f"http://{wire.host}/v1/info"))
    checks.fact("W-05: the own authority in the target is answered", own == 200, own)
    forwarded = wire.status(wire.get("/v1/info", more="X-Forwarded-Host: evil.example\r\n"))
    checks.fact("W-06: X-Forwarded-Host is ignored", forwarded == 200, forwarded)
    bare = wire.status(wire.get("/v1/status"))
    checks.fact("W-10: neither origin nor secret: 403", bare == 403, bare)


def methods_and_types(checks, wire):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None):
        field = f"Content-Type: {kind}\r\n" if kind else ""
        # The body never comes: the answer cannot have waited for it.
        status = wire.status(f"POST /v1/forms HTTP/1.1\r\nHost: {wire.host}\r\n{wire.secret}{field}"
                             "Content-Length: 100\r\n\r\n")
        checks.fact(f"W-11, W-12: {kind} is 415 before the body is read", status == 415, status)
    for line, wanted in (("OPTIONS *", 400), ("TRACE /v1/info", 405), (f"CONNECT {wire.host}", 400)):
        status = wire.status(f"{line} HTTP/1.1\r\nHost: {wire.host}\r\n\r\n")
        checks.fact(f"W-27: {line.split()[0]} is {wanted}", status == wanted, status)


def framing(checks, wire):
    head = f"POST /v1/uuid HTTP/1.1\r\nHost: {wire.host}\r\n{wire.secret}Content-Type: application/json\r\n"
    smuggled = wire.get("/v1/info")
    cases = {
        "a transfer coding and a length": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "two lengths": "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "a length with a sign": "Content-Length: +5\r\n\r\nhello",
        "a chunk extension of 64 KiB": "Transfer-Encoding: chunked\r\n\r\n1;" + "x" * 65536 + "\r\na\r\n0\r\n\r\n",
        "a bare LF": "X: y\nContent-Length: 0\r\n\r\n",
        "an unknown transfer coding": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    }
    for name, rest in cases.items():
        with contextlib.closing(wire.open()) as client:
            with contextlib.suppress(OSError):
                client.sendall((head + rest + smuggled).encode("latin-1"))
            received = b""
            with contextlib.suppress(OSError):
                while part := client.recv(65536):
                    received += part
        checks.fact(f"W-28: {name}: 400, and the connection ends",
                    received.startswith(b"HTTP/1.1 400") and received.count(b"HTTP/1.1") == 1, received[:200])


def sizes(checks, wire):
    head = f"POST /v1/forms HTTP/1.1\r\nHost: {wire.host}\r\n{wire.secret}Content-Type: application/json\r\n"
    for name, length in (("20 MiB and one byte", (20 << 20) + 1), ("2 GiB", 1 << 31)):
        status = wire.status(f"{head}Content-Length: {length}\r\n\r\n")
        checks.fact(f"W-30: {name} declared: 413 before any of it", status == 413, status)
    packed = wire.status(f"{head}Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n")
    checks.fact("W-30: a packed body: 415", packed == 415, packed)


def paths(checks, wire):
    for path in ("/v1/forms/../admin", "/v1/%2e%2e/admin", "/v1/forms/%00", "/v1/forms/%c0%ae%c0%ae", "/v1//info"):
        status = wire.status(wire.get(path, more=wire.secret))
        checks.fact(f"W-31: {path} leads nowhere", status in (400, 404), status)


def cut_off(checks, connector, wire):
    form = statement()
    body = encoded(form).decode()
    with contextlib.closing(wire.open()) as client:
        client.sendall((
            f"POST /v1/forms HTTP/1.1\r\nHost: {wire.host}\r\n{wire.secret}Content-Type: application/json\r\n"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}").encode())
        time.sleep(0.05)
    done = connector.until(uuid_of(form), "final", "attention")
    checks.fact("W-33: who leaves after sending finds the form later", done.get("state") == "final", done)
    other = connector.send("GET", f"/v1/forms/{new_uuid()}")
    checks.fact("W-34: a form of nobody's: 404", other.status == 404, other)


def slow_clients(checks, connector, wire):
    """Five hundred clients that send a header byte a second, and one that is ready."""
    selector = selectors.DefaultSelector()
    slow, refused = [], 0
    for _ in range(SLOW):
        try:
            client = wire.open()
            client.setblocking(False)
            selector.register(client, selectors.EVENT_READ)
            slow.append(client)
        except OSError:
            refused += 1
    started, closed, times = time.monotonic(), set(), []
    while time.monotonic() - started < 8:
        for client in slow:
            if client not in closed:
                try:
                    client.send(b"G")
                except OSError:
                    closed.add(client)
        second = time.monotonic() + 1
        while time.monotonic() < second:
            if len(times) < ASKED:
                asked = time.monotonic()
                if connector.send("GET", "/v1/info").status == 200:
                    times.append(time.monotonic() - asked)
            for key, _ in selector.select(0.01):
                with contextlib.suppress(BlockingIOError):
                    try:
                        gone = not key.fileobj.recv(100)
                    except ConnectionError:
                        gone = True
                    if gone:
                        closed.add(key.fileobj)
                        selector.unregister(key.fileobj)
    for client in slow:
        client.close()
    times.sort()
    slowest = times[int(len(times) * 0.99) - 1] if times else None
    checks.fact("W-29: a ready client is answered all the while", len(times) == ASKED, len(times))
    checks.fact("W-29: within 200 ms in 99 of 100 cases", slowest is not None and slowest < PERCENTILE, slowest)
    checks.fact("W-29: the slow ones are closed", len(closed) + refused == SLOW, (len(closed), refused))
