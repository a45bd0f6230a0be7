# SPDX-License-Identifier: Apache-2.0
"""Typst: the fee statement as PDF/A-2a and PDF/UA-1, one compiler for all, new data each time."""

import importlib.metadata
import pathlib
import sys

import typst

from figures import figure, median

work = pathlib.Path(sys.argv[1])
form = (work / "form.json").read_text()
UUID = "5b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"
assert UUID in form
compiler = typst.Compiler(
    str(pathlib.Path(__file__).with_name("fee-statement.typ")),
    font_paths=["/usr/share/fonts/truetype/liberation2", "/usr/share/fonts/truetype/liberation"],
    ignore_system_fonts=True,
)
size = 0


def render(index):
    global size
    data = form.replace(UUID, f"{index:08x}{UUID[8:]}")
    pdf = compiler.compile(
        format="pdf", sys_inputs={"form": data}, pdf_standards=["a-2a", "ua-1"], timestamp=1_760_000_000
    )
    size = len(pdf)
    if index == 0:
        (work / "typst.pdf").write_bytes(pdf)


value = median(render, iterations=60, warm_up=10)
version = importlib.metadata.version("typst")
figure("render", f"Typst {version}", value, f"PDF/A-2a and PDF/UA-1, no QR code, {size} bytes")
