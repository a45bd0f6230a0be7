# SPDX-License-Identifier: Apache-2.0
"""A statement of one act and one of 500 go the whole road."""
import re
import time

from artefacts import changed, parsed
from forms import encoded, statement_of, uuid_of
from harness import econnector, run
from services import Connector, Sandbox, enrolled


def facts(checks):
    with Sandbox() as sandbox, Connector(sandbox, enrolled(sandbox)) as connector:
        for acts in (1, 500):
            with checks.about(f"{acts} act{'s' * (acts > 1)}"):
                whole_road(checks, sandbox, connector, acts)


def whole_road(checks, sandbox, connector, acts):
    form = statement_of(acts)
    uuid = uuid_of(form)
    started = time.monotonic()
    answer = connector.submit(encoded(form))
    checks.fact("the form is accepted", answer.status == 202, answer)
    done = connector.until(uuid, "final", "attention", seconds=60)
    seconds = time.monotonic() - started
    checks.fact(f"the form becomes final ({seconds:.1f} s)", done.get("state") == "final", done)
    entries = sandbox.entries(uuid)
    checks.fact("it stands in the ledger once", [entry["effects"] for entry in entries] == [1], entries)
    xml = connector.send("GET", f"/v1/forms/{uuid}/xml").body
    path = changed(f"{acts}.xml", xml)
    checks.accepts("verify passes its XML",
                   econnector("verify", path, "--anchor", sandbox.root, "--policy", "national-deposit"))
    lines = parsed(xml).findall("prestation")
    checks.fact("the XML holds every act", len(lines) == acts, len(lines))
    pdf = changed(f"{acts}.pdf", connector.send("GET", f"/v1/forms/{uuid}/pdf").body)
    checks.accepts("verify passes its PDF", econnector("verify", pdf, "--anchor", sandbox.root))
    checks.accepts("qpdf finds its PDF clean", run("qpdf", "--check", pdf))
    text = run("pdfinfo", "-struct-text", pdf).text
    rows = len(re.findall(r"^ *TR *(?:\(block\))?:?$", text, re.M))
    checks.fact("the reading order has a row an act", rows >= acts, rows)
    pages = int(re.search(r"^Pages: +(\d+)", run("pdfinfo", pdf).text, re.M)[1])
    checks.fact("one act takes one page, 500 take many", pages == 1 if acts == 1 else pages > 10, pages)
    total = f"{form['memoireHonoraire']['paiement']['aPayer']:.2f}".replace(".", "")
    checks.fact("the reading order contains the total", total in re.sub(r"[^0-9]", "", text), total)
