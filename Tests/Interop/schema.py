# SPDX-License-Identifier: Apache-2.0
"""Schemathesis asks the connector everything its own description says it answers."""
from forms import encoded, statement, uuid_of
from harness import ROOT, folder, run, write
from services import Connector, Sandbox, enrolled

PROGRAM = ROOT / ".venv" / "bin" / "schemathesis"
SECONDS = 40
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_schema_conformance")
# Nobody waits for events that never come, and some questions are about a form that exists.
SETTINGS = """
[[operations]]
include-path = "/v1/events"
parameters = {{ wait = 0 }}

[[operations]]
include-path-regex = "/v1/pid/.*"
parameters = {{ wait = 0 }}

[[operations]]
include-path-regex = "/v1/forms/.*"
parameters = {{ uuid = "{uuid}" }}
"""


def facts(checks):
    with Sandbox() as sandbox:
        with Connector(sandbox, enrolled(sandbox)) as connector:
            form = statement()
            connector.submit(encoded(form))
            connector.until(uuid_of(form), "final", "attention")
            settings = write(folder("schema") / "settings.toml", SETTINGS.format(uuid=uuid_of(form)))
            result = run(
                PROGRAM, "--config-file", settings, "run", f"{connector.url}/openapi.json",
                "--url", connector.url, "--header", f"Authorization: Bearer {connector.secret}",
                "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing",
                "--max-time", SECONDS, "--seed", 1, "--no-shrink", "--no-color",
                "--request-timeout", 20, timeout=3 * SECONDS, cwd=folder("schema"))
            checks.fact("no answer differs from the description, and none is a server error",
                        result.ok, result)
            checks.fact("the connector is well afterwards",
                        connector.send("GET", "/v1/info").status == 200, connector.said)
            stopped = connector.stop()
            checks.fact("and ends as it should", stopped == 0, connector.said)
