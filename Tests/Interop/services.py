# SPDX-License-Identifier: Apache-2.0
"""Sandbox and connector as processes of their own, and an HTTP client for them."""
import http.client
import json
import os
import signal
import subprocess
import time
from urllib.parse import urlsplit

from harness import PROGRAM, econnector, environment, folder, write

PASSPHRASE = "an interoperability passphrase"
_running = set()


class Service:
    """A process that prints a line with `ready` when it answers."""

    def __init__(self, *arguments):
        self.log = folder("log")
        self.output = open(self.log / "out", "wb")
        self.errors = open(self.log / "err", "wb")
        self.process = subprocess.Popen(
            [str(part) for part in (PROGRAM, *arguments)], stdin=subprocess.DEVNULL,
            stdout=self.output, stderr=self.errors, env=environment())
        _running.add(self.process)
        try:
            self._await_ready(arguments[0])
        except Exception:
            self.stop(signal.SIGKILL)
            raise

    def _await_ready(self, name):
        end = time.monotonic() + 30
        while b"ready" not in (self.log / "out").read_bytes():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} did not become ready:\n{self.said}")
            time.sleep(0.02)

    @property
    def said(self):
        return "".join((self.log / name).read_text("utf-8", "replace") for name in ("out", "err"))

    def stop(self, how=signal.SIGTERM):
        """Ends the process; one that does not end by itself is killed."""
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        _running.discard(self.process)
        self.output.close()
        self.errors.close()
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def stop_all():
    for process in list(_running):
        if process.poll() is None:
            process.kill()
            process.wait()
        _running.discard(process)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def code(self):
        return self.json.get("code") if isinstance(self.json, dict) else None

    @property
    def anomalies(self):
        return [(item["code"], item["pointer"]) for item in self.json.get("anomalies", [])]

    def __str__(self):
        lines = [f"{name}: {value}" for name, value in self.headers.items()]
        text = self.body[:1500].decode("utf-8", "replace")
        return "\n".join([f"HTTP {self.status}", *lines, text])


def http_request(base, method, path, body=None, headers=None, timeout=30):
    """One request over its own connection; `headers` may replace Host."""
    address = urlsplit(base)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=timeout)
    try:
        headers = dict(headers or {})
        connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        if body is not None:
            headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        if body:
            try:
                connection.send(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # The answer may already be there.
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


class Sandbox(Service):
    """The other side; `state` may be one that an earlier sandbox left."""

    def __init__(self, state=None, *options):
        self.state = state or folder("sandbox")
        super().__init__("sandbox", "--port", "0", "--state", self.state, *options)
        self.addresses = json.loads((self.state / "sandbox.json").read_bytes())
        self.root = write(self.state / "root-for-tests.pem", self.addresses["anchors"])

    def admin(self, method, path, value=None):
        body = None if value is None else json.dumps(value).encode()
        answer = http_request(
            self.addresses["admin"], method, f"/admin/{path}", body,
            {"Content-Type": "application/json"})
        if answer.status != 200:
            raise RuntimeError(f"/admin/{path}: {answer}")
        return answer.json

    def fault(self, service, fault="unavailable"):
        self.admin("POST", "faults", {"service": service, "fault": fault})

    def stamps(self, fault="unavailable"):
        """Both time-stamp authorities, which stand in for each other."""
        for service in ("tsa", "tsa2"):
            self.fault(service, fault)

    def entries(self, uuid):
        return [entry for entry in self.admin("GET", "ledger") if entry["uuid"] == uuid]


class Connector(Service):
    """The connector of one practice, its keys certified by `sandbox`."""

    def __init__(self, sandbox, state, *options):
        self.state = state
        super().__init__(
            "serve", "--port", "0", "--state", state, "--sandbox", sandbox.state,
            "--passphrase-file", passphrase_file(state), *options)
        self.url = json.loads((state / "connector.json").read_bytes())["url"]
        self.secret = (state / "client-secret").read_text()

    def send(self, method, path, body=None, headers=None, **options):
        headers = {"Authorization": f"Bearer {self.secret}", **(headers or {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        return http_request(self.url, method, path, body, headers, **options)

    def submit(self, form, content_type="application/json", **headers):
        return self.send("POST", "/v1/forms", form, {"Content-Type": content_type, **headers})

    def status(self, uuid):
        return self.send("GET", f"/v1/forms/{uuid}").json

    def until(self, uuid, *states, seconds=30):
        """The form's status when it reaches one of `states`, or what it is when time is over."""
        end = time.monotonic() + seconds
        while True:
            status = self.status(uuid)
            if status.get("state") in states or time.monotonic() > end:
                return status
            time.sleep(0.02)


def passphrase_file(state, passphrase=PASSPHRASE):
    path = write(state / "passphrase-for-tests", passphrase)
    os.chmod(path, 0o600)
    return path


def enrolled(sandbox, provider="90000135", *options):
    """A fresh state directory with certified keys."""
    state = folder("connector")
    result = econnector(
        "keys", "enrol", "--provider", provider, "--state", state, "--sandbox", sandbox.state,
        "--passphrase-file", passphrase_file(state), *options)
    if not result.ok:
        raise RuntimeError(str(result))
    return state
