# SPDX-License-Identifier: Apache-2.0
"""signxml: XAdES-B-B enveloped in the same document, bytes in and bytes out, key in memory."""

import importlib.metadata
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from signxml import CanonicalizationMethod, SignatureMethod
from signxml.xades import XAdESDataObjectFormat, XAdESSigner

from figures import figure, median

work = pathlib.Path(sys.argv[1])
document = (work / "document.xml").read_bytes()
key = load_pem_private_key((work / "key.pem").read_bytes(), None)
chain = x509.load_pem_x509_certificates((work / "chain.pem").read_bytes())[:-1]
size = 0


def sign(index):
    global size
    signer = XAdESSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        data_object_format=XAdESDataObjectFormat(MimeType="text/xml"),
    )
    signed = signer.sign(etree.fromstring(document), key=key, cert=chain, always_add_key_value=False)
    data = etree.tostring(signed)
    size = len(data)
    if index == 0:
        (work / "signxml.xml").write_bytes(data)


value = median(sign, iterations=100, warm_up=10)
version = importlib.metadata.version("signxml")
figure("xades-b-b", f"signxml {version}", value, f"in process, {len(document)} bytes in, {size} out")
