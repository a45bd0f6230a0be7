# SPDX-License-Identifier: Apache-2.0
"""pyHanko: validates our PAdES-B-LT with what the file carries, nothing fetched."""

import importlib.metadata
import io
import logging
import pathlib
import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ltv import RevocationInfoValidationType, validate_pdf_ltv_signature

from figures import figure, median

logging.disable(logging.CRITICAL)
work = pathlib.Path(sys.argv[1])
signed = (work / "standalone.pdf").read_bytes()
root = [x509.Certificate.load(c) for _, _, c in pem.unarmor((work / "chain.pem").read_bytes(), multiple=True)][-1]


def validate(index):
    reader = PdfFileReader(io.BytesIO(signed))
    status = validate_pdf_ltv_signature(
        reader.embedded_signatures[0], RevocationInfoValidationType.PADES_LT,
        validation_context_kwargs={"trust_roots": [root]},
    )
    if index == 0 and not (status.valid and status.intact and status.trusted):
        sys.exit(f"pyHanko does not accept the file: {status.summary()}")


value = median(validate, iterations=20, warm_up=3)
version = importlib.metadata.version("pyhanko")
figure("validate-pades-b-lt", f"pyHanko {version}", value, f"in process, {len(signed)} bytes")
