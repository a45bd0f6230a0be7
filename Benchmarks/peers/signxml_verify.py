# SPDX-License-Identifier: Apache-2.0
"""signxml: core verification alone of the XAdES-B-LT document that we judge whole, in process."""

import base64
import importlib.metadata
import pathlib
import sys

from cryptography import x509
from lxml import etree
from signxml import XMLVerifier

from figures import figure, median

work = pathlib.Path(sys.argv[1])
document = (work / "complete.xml").read_bytes()
text = etree.fromstring(document).findtext(".//{http://www.w3.org/2000/09/xmldsig#}X509Certificate")
signer = x509.load_der_x509_certificate(base64.b64decode(text))


def verify(_):
    XMLVerifier().verify(document, x509_cert=signer, expect_references=2)


value = median(verify, iterations=100, warm_up=10)
version = importlib.metadata.version("signxml")
figure("validate-xades-b-lt", f"signxml {version}", value, "references and signature value only")
