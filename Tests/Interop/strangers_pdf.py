# SPDX-License-Identifier: Apache-2.0
"""pyHanko, qpdf and poppler judge the PDFs."""
import asyncio
import io
import json
import logging
import re

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore

from artefacts import changed, flipped, stranger_root
from harness import PYHANKO, econnector, folder, run


def facts(checks, demo):
    logging.disable(logging.CRITICAL)
    accepted(checks, demo)
    copies = {"embedded": demo.embedded.read_bytes(), "stand-alone": demo.pdf.read_bytes()}
    for name, data in copies.items():
        for what, content in changes(data):
            checks.fact(
                f"pyHanko refuses the {name} PDF with {what}", not bottom_line(content, demo.root))
    checks.fact(
        "embedded.pdf is a byte prefix of the stand-alone PDF",
        copies["stand-alone"].startswith(copies["embedded"])
        and len(copies["stand-alone"]) > len(copies["embedded"]))
    well_formed(checks, demo)
    read_aloud(checks, demo)


def accepted(checks, demo):
    embedded = demo.embedded
    checks.accepts("pyhanko sign validate accepts embedded.pdf", pyhanko("validate", embedded, demo.root))
    checks.accepts(
        "pyhanko sign adesverify accepts the stand-alone PDF", pyhanko("adesverify", demo.pdf, demo.root))
    checks.accepts(
        "pyhanko sign validate accepts the stand-alone PDF", pyhanko("validate", demo.pdf, demo.root))
    checks.refuses(
        "pyhanko sign validate refuses another anchor", pyhanko("validate", embedded, stranger_root()))
    marker = b"/Type /Catalog" if b"/Type /Catalog" in embedded.read_bytes() else b"/Type/Catalog"
    broken = changed("catalog.pdf", embedded.read_bytes().replace(marker, marker[:-1] + b"h", 1))
    checks.refuses("pyhanko sign validate refuses a changed byte", pyhanko("validate", broken, demo.root))
    broken = changed("date.pdf", flipped(demo.pdf.read_bytes(), b"/CreationDate (D:", 3))
    checks.refuses(
        "pyhanko sign adesverify refuses a changed byte", pyhanko("adesverify", broken, demo.root))
    data = demo.pdf.read_bytes()
    checks.fact("the stand-alone PDF needs no network", bottom_line(data, demo.root, offline=True))
    checks.fact(
        "without its validation data the stand-alone PDF needs the network",
        not bottom_line(demo.embedded.read_bytes(), demo.root, offline=True))


def changes(data):
    """Changed copies: single bytes all over the file, and later revisions that change content."""
    contents = re.search(rb"/ByteRange ?\[ ?0 (\d+) (\d+)", data)
    gap, after = int(contents[1]), int(contents[2])
    for share in (0.05, 0.3, 0.6, 0.9):
        at = int(gap * share)
        yield f"byte {at} changed", data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
    yield "a byte after the signature changed", data[:after + 20] + bytes(
        [data[after + 20] ^ 1]) + data[after + 21:]
    signature, = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures
    digits = signature.signer_info["signature"].native.hex().encode()
    at = data.upper().index(digits.upper()) + len(digits) - 2
    swapped = b"1" if data[at:at + 1] != b"1" else b"2"
    yield "a digit of the signature value changed", data[:at] + swapped + data[at + 1:]
    yield "a page replaced by an update", revision(data, replace_page)
    yield "the language changed by an update", revision(data, change_language)
    yield "a text box added by an update", revision(data, add_annotation)


def revision(data, change):
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def first_page(writer):
    page = writer.root["/Pages"]
    while "/Kids" in page:
        page = page["/Kids"][0]
    return page


def replace_page(writer):
    page = first_page(writer)
    stream = generic.StreamObject(stream_data=b"BT ET")
    page[generic.pdf_name("/Contents")] = writer.add_object(stream)
    writer.mark_update(page.container_ref)


def change_language(writer):
    writer.root[generic.pdf_name("/Lang")] = generic.pdf_string("xx")
    writer.update_root()


def add_annotation(writer):
    page = first_page(writer)
    note = generic.DictionaryObject({
        generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
        generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
        generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 300, 90))),
        generic.pdf_name("/Contents"): generic.pdf_string("1 000 000 EUR"),
    })
    annotations = generic.ArrayObject(list(page.get("/Annots", [])))
    annotations.append(writer.add_object(note))
    page[generic.pdf_name("/Annots")] = annotations
    writer.mark_update(page.container_ref)


def bottom_line(data, root, offline=False):
    """pyHanko's verdict on the one signature; with `offline` from the document's own material alone."""
    try:
        reader = PdfFileReader(io.BytesIO(data))
        signature, = reader.embedded_regular_signatures
        anchor = {"trust_roots": [load_cert_from_pemder(str(root))]}
        try:
            store = DocumentSecurityStore.read_dss(reader)
            context = store.as_validation_context(
                {**anchor, "allow_fetching": not offline, "revocation_mode": "hard-fail"})
        except Exception:
            from pyhanko_certvalidator import ValidationContext
            context = ValidationContext(
                **anchor, allow_fetching=not offline, revocation_mode="hard-fail")
        status = asyncio.run(
            async_validate_pdf_signature(signature, signer_validation_context=context))
        return status.bottom_line
    except Exception:  # pyHanko refuses by many kinds of exception
        return False


def pyhanko(verb, path, root):
    return run(
        PYHANKO, "sign", verb, "--trust", root, "--trust-replace", "--executive-summary", path,
        cwd=folder("pyhanko"))


def well_formed(checks, demo):
    unsigned = changed("unsigned.pdf", b"")
    checks.accepts("render draws the demo's form", econnector("render", demo.folder / "form.json", "-o", unsigned))
    for name, path in (("unsigned", unsigned), ("embedded", demo.embedded), ("stand-alone", demo.pdf)):
        result = run("qpdf", "--check", path)
        clean = result.ok and "No syntax or stream encoding errors" in result.text
        checks.fact(f"qpdf finds the {name} PDF clean", clean and not result.said, result)
        info = run("pdfinfo", path)
        checks.fact(f"poppler calls the {name} PDF tagged", re.search(r"^Tagged: +yes", info.text, re.M), info)


def read_aloud(checks, demo):
    result = run("pdfinfo", "-struct-text", demo.embedded)
    text = " ".join(result.text.split())
    body = json.loads((demo.folder / "form.json").read_bytes())["memoireHonoraire"]
    header, payment = body["entete"], body["paiement"]
    names = [
        header["facturier"]["nom"], header["patient"]["nom"], header["patient"]["prenom"],
        header["assure"]["adresse"]["rue"], header["numeroMemoireHonoraires"],
        header["patient"]["accident"]["numeroAccident"],
    ]
    for value in names + [line["acte"]["codeActe"] for line in body["prestation"]]:
        checks.fact(f"the reading order contains {value}", value in text, result)
    for line in body["prestation"]:
        label = line["acte"].get("libelle")
        if label:
            checks.fact(f"the reading order contains {label}", label in text, result)
    total = f"{payment['aPayer']:.2f}"
    shown = re.sub(r"[\s.\u202f\u00a0]", "", text).replace(",", ".")
    checks.fact("the reading order contains the total", total in shown or total.replace(".", "") in shown.replace(".", ""), result)
    positions = [text.find(word) for word in (header["facturier"]["nom"], "MÉMOIRE D'HONORAIRES", "Prestations")]
    checks.fact("provider, title and acts are read in this order",
                -1 < positions[0] < positions[1] < positions[2], positions)
