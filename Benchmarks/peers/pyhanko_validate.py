# SPDX-License-Identifier: Apache-2.0
"""pyHanko: validates the PAdES-B-LT file that we judge, from its own security store, in process."""

import importlib.metadata
import io
import pathlib
import sys

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore

from figures import figure, median

work = pathlib.Path(sys.argv[1])
document = (work / "standalone.pdf").read_bytes()
store = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(document)))
roots = [certificate for certificate in store.load_certs() if certificate.self_signed != "no"]


def validate(_):
    reader = PdfFileReader(io.BytesIO(document))
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(
        {"trust_roots": roots, "allow_fetching": False, "revocation_mode": "hard-fail"})
    status = validate_pdf_signature(reader.embedded_signatures[0], signer_validation_context=context)
    assert status.intact and status.valid and status.trusted, status.summary()


value = median(validate, iterations=20, warm_up=2)
version = importlib.metadata.version("pyhanko")
figure("validate-pades-b-lt", f"pyHanko {version}", value, f"{len(document)} bytes, integrity, chain, changes")
