# SPDX-License-Identifier: Apache-2.0
"""pyHanko: PAdES-B-B into the same field of the same page, key in memory, the file too."""

import importlib.metadata
import io
import pathlib
import sys

from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from figures import figure, median

work = pathlib.Path(sys.argv[1])
page = (work / "page.pdf").read_bytes()
_, _, der = pem.unarmor((work / "key.pem").read_bytes())
chain = [x509.Certificate.load(c) for _, _, c in pem.unarmor((work / "chain.pem").read_bytes(), multiple=True)]
intermediates = SimpleCertificateStore()
intermediates.register_multiple(chain[1:-1])
signer = signers.SimpleSigner(
    signing_cert=chain[0], signing_key=keys.PrivateKeyInfo.load(der), cert_registry=intermediates
)
seat = next(fields.enumerate_sig_fields(IncrementalPdfFileWriter(io.BytesIO(page))))[0]
metadata = signers.PdfSignatureMetadata(
    field_name=seat, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
)
size = 0


def sign(index):
    global size
    writer = IncrementalPdfFileWriter(io.BytesIO(page))
    signed = signers.PdfSigner(metadata, signer=signer).sign_pdf(writer)
    size = signed.getbuffer().nbytes
    if index == 0:
        (work / "pyhanko.pdf").write_bytes(signed.getvalue())


value = median(sign, iterations=40, warm_up=5)
version = importlib.metadata.version("pyhanko")
figure("pades-b-b", f"pyHanko {version}", value, f"in process, {len(page)} bytes in, {size} out")
