# SPDX-License-Identifier: Apache-2.0
"""Facts, commands and temporary places: the little that the interoperability tests share."""
import atexit
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "bin" / "econnector"
PACK = next((ROOT / "Packs" / "memoire-honoraires").glob("*"))
EXAMPLES = PACK / "examples"
PYHANKO = ROOT / ".venv" / "bin" / "pyhanko"


class Result:
    """A command that ended, with what it said."""

    def __init__(self, command, status, output, errors, seconds):
        self.command = [str(part) for part in command]
        self.status, self.output, self.errors, self.seconds = status, output, errors, seconds

    @property
    def ok(self):
        return self.status == 0

    @property
    def text(self):
        return self.output.decode("utf-8", "replace")

    @property
    def said(self):
        return self.errors.decode("utf-8", "replace")

    def __str__(self):
        return (f"$ {' '.join(self.command)}\nexit status {self.status}\n"
                f"{shorten(self.text)}\n{shorten(self.said)}").strip()


def shorten(text, limit=1500):
    return text if len(text) <= limit else f"{text[:limit // 2]} … {text[-limit // 2:]}"


def run(*command, input=b"", env=None, timeout=60, cwd=None):
    """Runs a command to its end; standard input is `input`."""
    started = time.monotonic()
    try:
        done = subprocess.run(
            [str(part) for part in command], input=input, capture_output=True, timeout=timeout,
            env=environment(env), cwd=cwd)
    except subprocess.TimeoutExpired as late:
        said = (late.stderr or b"") + f"\nkilled after {timeout} s".encode()
        return Result(command, "none", late.stdout or b"", said, timeout)
    return Result(command, done.returncode, done.stdout, done.stderr, time.monotonic() - started)


def environment(extra=None):
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    home = {"HOME": str(scratch()), "XDG_STATE_HOME": str(scratch() / "state"), "LC_ALL": "C.UTF-8"}
    return {**kept, **home, **(extra or {})}


def econnector(*arguments, **options):
    return run(PROGRAM, *arguments, **options)


_scratch = None


def scratch():
    """The folder of this run; it goes when the run ends."""
    global _scratch
    if _scratch is None:
        _scratch = Path(tempfile.mkdtemp(prefix="econnector-interop-"))
        atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
    return _scratch


def folder(name):
    path = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=scratch()))
    return path


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def poll(condition, seconds=20, every=0.02):
    """What `condition` gives as soon as it is true; what it gave last when time is over."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(every)


class Checks:
    """Counts facts; a fact that does not hold prints its evidence."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.subject = ""

    def fact(self, name, holds, evidence=""):
        if holds:
            self.passed += 1
            return True
        self.failed += 1
        print(f"FAILED {self.subject}: {name}")
        for line in str(evidence).splitlines():
            print(f"    {line}")
        sys.stdout.flush()
        return False

    def accepts(self, name, result):
        return self.fact(name, result.ok, result)

    def refuses(self, name, result, status=None):
        """`status` names the exit status wanted; any but 0 otherwise."""
        return self.fact(
            name, result.status == status if status is not None else result.status != 0, result)

    def skip(self, name, reason):
        self.skipped += 1
        print(f"skipped {self.subject}: {name}: {reason}")

    @contextlib.contextmanager
    def about(self, subject):
        """A group of facts; an error inside it is one failed fact."""
        before, self.subject = self.subject, subject
        try:
            yield
        except Exception:
            self.fact("runs without an error of the test", False, traceback.format_exc())
        finally:
            self.subject = before
