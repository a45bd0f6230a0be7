# SPDX-License-Identifier: Apache-2.0
"""Makes the kept corpora anew from the artefacts of `econnector demo`: python3 Fuzz/seeds.py DEMO-FOLDER."""
import base64
import pathlib
import re
import sys

demo, root = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent / "Corpora"


def keep(target, name, content):
    folder = root / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def values(text, name):
    return [base64.b64decode(value) for value in re.findall(rf"{name}[^>]*>([^<]+)<", text)]


form = next(path for path in demo.glob("*-*-*.xml"))
text = form.read_text()
pdf = (demo / "embedded.pdf").read_bytes()
keep("xades", "deposit.xml", re.sub(r"JVBERi0[^<]+", "", text).encode())
keep("xml", "form.xml", re.sub(r"<ds:Signature.*</ds:Signature>|JVBERi0[^<]+", "", text, flags=re.S).encode())
keep("pdf", "embedded.pdf", pdf)
keep("pdf", "standalone.pdf", form.with_suffix(".pdf").read_bytes())
for name, target in (("EncapsulatedX509Certificate", "der"), ("EncapsulatedOCSPValue", "ocsp"),
                     ("EncapsulatedCRLValue", "crl"), ("EncapsulatedTimeStamp", "tsp")):
    for index, der in enumerate(values(text, name)):
        keep(target, f"{index}.der", der)
for match in re.findall(rb"/Contents\s*<([0-9A-Fa-f]+)>", pdf)[:1]:
    cms = bytes.fromhex(match.decode())
    size = int.from_bytes(cms[2:4], "big") + 4
    keep("cms", "signature.der", cms[:size])
pack = next(pathlib.Path("Packs").glob("*/*/page.json"))
keep("page", "page.json", pack.read_bytes())
