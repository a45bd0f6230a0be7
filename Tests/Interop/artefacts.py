# SPDX-License-Identifier: Apache-2.0
"""What `econnector demo` leaves, made once a run, and copies of it that are a little wrong."""
import base64
import functools
import json

from lxml import etree

from harness import econnector, folder, run, write

NS = {
    "cns": "http://www.secu.lu/ciss/cns",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
    "xades141": "http://uri.etsi.org/01903/v1.4.1#",
    "soap": "http://schemas.xmlsoap.org/soap/envelope/",
    "sync": "http://ws.mysecu.lu/generic/sync",
    "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "wsu": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
}


class Demo:
    def __init__(self):
        self.folder = folder("demo")
        self.first = econnector("demo", "--out", self.folder)
        self.second = econnector("demo", "--out", self.folder)
        receipt = json.loads((self.folder / "receipt.json").read_bytes())
        self.uuid = receipt["uuid"]
        self.xml = self.folder / f"{self.uuid}.xml"
        self.pdf = self.folder / f"{self.uuid}.pdf"
        self.embedded = self.folder / "embedded.pdf"
        self.root = self.folder / "trust" / "root.pem"
        self.issuing = self.folder / "trust" / "issuing.pem"
        self.tsa = self.folder / "trust" / "tsa.pem"
        self.sandbox_state = self.folder / "state" / "sandbox"

    @functools.cached_property
    def calls(self):
        return json.loads((self.folder / "calls.json").read_bytes())

    @functools.cached_property
    def deposit(self):
        """The recorded call that carried this statement."""
        return next(call for call in self.calls if self.uuid in call["request"])

    @functools.cached_property
    def request(self):
        return self.deposit["request"].encode("utf-8")

    @functools.cached_property
    def answer(self):
        return self.deposit["answer"].encode("utf-8")


@functools.cache
def demo():
    return Demo()


@functools.cache
def workbench():
    """Where changed copies of artefacts go."""
    return folder("changed")


def parsed(data):
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))


def values(document, path):
    """The decoded base64 contents of the elements at an XPath."""
    return [base64.b64decode(node.text) for node in document.xpath(path, namespaces=NS)]


def flipped(data, marker, offset=0):
    """`data` with one character of text or base64 changed, `offset` bytes after the end of `marker`."""
    at = data.index(marker) + len(marker) + offset
    old = data[at:at + 1]
    if not old.isalnum() and old not in b"+/":
        raise ValueError(f"{old} after {marker} is no letter, digit or base64")
    new = b"1" if old == b"0" else b"0" if old.isdigit() else b"B" if old == b"A" else b"A"
    return data[:at] + new + data[at + 1:]


def changed(name, data):
    return write(workbench() / name, data)


@functools.cache
def stranger_root():
    """An anchor that certified nothing here."""
    path = workbench() / "stranger.pem"
    result = run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", workbench() / "stranger.key", "-out", path, "-subj", "/CN=Stranger", "-days", "30")
    if not result.ok:
        raise RuntimeError(str(result))
    return path


def pem(der):
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"


def under_foreign_namespace(data):
    """The statement as lxml cuts it out of a message whose default namespace is not its own."""
    text = data.decode("utf-8")
    statement = text[text.index("<cns:memoireHonoraire"):]
    statement = statement[:statement.rindex("</cns:memoireHonoraire>") + len("</cns:memoireHonoraire>")]
    statement = statement.replace("<cns:memoireHonoraire", '<cns:memoireHonoraire xmlns=""', 1)
    message = (
        f'<e:Envelope xmlns:e="{NS["soap"]}" xmlns="urn:example:foreign" xmlns:ds="urn:example:other">'
        f"<Header/><e:Body><carrier>{statement}</carrier></e:Body></e:Envelope>")
    node = parsed(message.encode("utf-8")).find(f".//{{{NS['cns']}}}memoireHonoraire")
    return etree.tostring(node, encoding="UTF-8", xml_declaration=True, with_tail=False)


def cut_out(message):
    """The statement of a recorded SOAP message as a document of its own, as lxml writes it."""
    node = parsed(message).find(f".//{{{NS['cns']}}}memoireHonoraire")
    return etree.tostring(node, encoding="UTF-8", xml_declaration=True, with_tail=False)
