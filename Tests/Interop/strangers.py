# SPDX-License-Identifier: Apache-2.0
"""Programs of other people agree with what `econnector demo` leaves, and refuse what was changed."""
import strangers_material
import strangers_pdf
import strangers_soap
import strangers_xml
from artefacts import demo
from services import Sandbox


def facts(checks):
    left(checks)
    with checks.about("XML"):
        strangers_xml.facts(checks, demo())
    with checks.about("SOAP"):
        strangers_soap.facts(checks, demo())
    with checks.about("material"):
        strangers_material.facts(checks, demo())
    with checks.about("PDF"), Sandbox(demo().sandbox_state):
        # pyHanko asks the PKI that the certificates name.
        strangers_pdf.facts(checks, demo())


def left(checks):
    """The files of docs/design.md, section 6."""
    made = demo()
    checks.accepts("the demo ends well", made.first)
    checks.accepts("the demo ends well a second time", made.second)
    checks.fact(
        f"the second demo takes less than 3 seconds ({made.second.seconds:.1f} s)",
        made.second.seconds < 3, made.second)
    names = [
        "form.json", f"{made.uuid}.xml", f"{made.uuid}.pdf", "embedded.pdf", "receipt.json",
        "validation-report.xml", "ledger.json", "trust/root.pem", "trust/issuing.pem", "trust/tsa.pem",
    ]
    for name in names:
        path = made.folder / name
        checks.fact(f"the demo leaves {name}", path.is_file() and path.stat().st_size > 0)
    checks.fact("the story is on standard output", made.uuid in made.second.text, made.second)
    checks.fact("the story is told in milliseconds", " ms" in made.second.text, made.second)
