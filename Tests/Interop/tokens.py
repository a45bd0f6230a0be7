# SPDX-License-Identifier: Apache-2.0
"""Keys made elsewhere: PKCS #12 files of openssl, keys on a SoftHSM2 token; what they sign, others verify."""
import shutil
from pathlib import Path

from artefacts import changed
from harness import EXAMPLES, PROGRAM, econnector, folder, run, write
from strangers_pdf import pyhanko
from strangers_xml import xmlsec1

MODULES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so"]
PIN, FILE_SECRET, SECRET = "246813", "zwölf Rosen", "vier Rosen am Weg"


class Authority:
    """A root and a doctor's certificate for a key, made with openssl."""

    def __init__(self):
        self.folder = folder("authority")
        self.root = self.folder / "root.pem"
        self.issuing = self.root
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.folder / "root.key", "-out", self.root, "-days", "30", "-subj", "/CN=Root of tokens",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def issue(self, name, kind="P-256", usage="nonRepudiation"):
        """The key and the certificate of a person."""
        key, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        if kind.startswith("RSA"):
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{kind[4:]}", "-out", key)
        else:
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{kind}", "-out", key)
        openssl("req", "-new", "-key", key, "-out", request, "-subj", f"/C=LU/CN={name}")
        extensions = write(self.folder / "extensions", f"keyUsage=critical,{usage}\n")
        openssl("x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.folder / "root.key",
                "-CAcreateserial", "-days", "20", "-extfile", extensions, "-out", certificate)
        return key, certificate


def openssl(*arguments):
    result = run("openssl", *arguments)
    if not result.ok:
        raise RuntimeError(str(result))


def facts(checks):
    authority = Authority()
    with checks.about("PKCS #12"):
        pkcs12(checks, authority)
    with checks.about("PKCS #11"):
        module = next((path for path in MODULES if Path(path).exists()), None)
        if module is None or not shutil.which("pkcs11-tool"):
            checks.skip("keys on a token", "softhsm2 or opensc is not installed")
        else:
            token(checks, authority, module)


def secret(name, text):
    return write(folder("secrets") / name, text)


def pkcs12(checks, authority):
    state = folder("state")
    options = ["--state", state, "--passphrase-file", secret("new", SECRET), "--file-passphrase-file",
               secret("file", FILE_SECRET), "--anchor", authority.root]
    for kind in ("P-256", "P-384", "RSA-2048"):
        name = kind.lower()
        key, certificate = authority.issue(name, kind)
        file = exported(authority, key, certificate)
        result = econnector("keys", "import", file, "--name", name, *options)
        checks.fact(f"a {kind} key is imported, with a warning", result.ok and "warning" in result.said, result)
        listed = econnector("keys", "list", "--state", state)
        checks.fact(f"keys list shows {name}", f"{name}  {kind}  signing" in listed.text, listed)
        signed(checks, authority, kind, name, state, secret("pass", SECRET))
    key, certificate = authority.issue("again")
    checks.refuses("a name is taken once: exit 1", econnector(
        "keys", "import", exported(authority, key, certificate), "--name", "p-256", *options), 1)
    legacy = exported(authority, key, certificate, "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES")
    result = econnector("keys", "import", legacy, "--name", "legacy", *options)
    checks.fact("Triple DES is refused by its name", result.status == 1 and "Triple DES" in result.said, result)
    result = econnector("keys", "import", exported(authority, key, certificate), "--name", "again", "--state", state,
                        "--passphrase-file", secret("new", SECRET), "--file-passphrase-file", secret("x", "wrong"))
    checks.fact("a wrong passphrase: exit 1", result.status == 1 and "passphrase is wrong" in result.said, result)
    key, certificate = authority.issue("login", usage="digitalSignature")
    result = econnector("keys", "import", exported(authority, key, certificate), "--name", "login", *options)
    checks.fact("a login certificate is refused for signing",
                result.status == 1 and "contentCommitment" in result.said, result)
    checks.refuses("what is no PKCS #12 file: exit 65",
                   econnector("keys", "import", changed("no.p12", "hello"), "--name", "none", *options), 65)
    checks.accepts("keys remove", econnector("keys", "remove", "p-256", "--state", state))
    checks.refuses("a removed key is gone: exit 1", econnector("keys", "remove", "p-256", "--state", state), 1)


def exported(authority, key, certificate, *options):
    path = folder("p12") / "key.p12"
    openssl("pkcs12", "-export", "-inkey", key, "-in", certificate, "-certfile", authority.root, "-passout",
            f"file:{secret('file', FILE_SECRET)}", "-out", path, *options)
    return path


def token(checks, authority, module):
    checks.fact("the program that drives tokens lies beside econnector", (PROGRAM.parent / "econnector-token").exists())
    home, state = folder("token"), folder("state")
    (home / "tokens").mkdir()
    env = {"SOFTHSM2_CONF": str(write(home / "softhsm2.conf", f"directories.tokendir = {home / 'tokens'}\n"))}

    def tool(*arguments):
        result = run(*arguments, env=env)
        if not result.ok:
            raise RuntimeError(str(result))

    tool("softhsm2-util", "--init-token", "--free", "--label", "Doctor", "--so-pin", "13572468", "--pin", PIN)
    for number, kind in (("01", "P-256"), ("02", "RSA-3072")):
        key, certificate = authority.issue(f"card-{number}", kind)
        tool("softhsm2-util", "--import", key, "--token", "Doctor", "--label", kind, "--id", number, "--pin", PIN)
        der = home / f"{number}.der"
        openssl("x509", "-in", certificate, "-outform", "DER", "-out", der)
        tool("pkcs11-tool", "--module", module, "--token-label", "Doctor", "--login", "--pin", PIN,
             "--write-object", der, "--type", "cert", "--id", number, "--label", kind)
    common = ["--pkcs11", module, "--token", "Doctor", "--state", state, "--anchor", authority.root]
    result = econnector("keys", "import", *common, "--name", "card", env=env)
    checks.fact("several certificates: exit 1, the choice is named",
                result.status == 1 and "--certificate 'P-256'" in result.said, result)
    for name, kind in (("card-ec", "P-256"), ("card-rsa", "RSA-3072")):
        result = econnector("keys", "import", *common, "--certificate", kind, "--name", name, env=env)
        checks.accepts(f"the {kind} key is registered without a PIN", result)
        signed(checks, authority, f"{kind} on a token", name, state, secret("pin", PIN), env)
    result = econnector("keys", "list", "--state", state)
    checks.fact("keys list shows the token", "on the token Doctor" in result.text, result)
    stored = b"".join(path.read_bytes() for path in (state / "keys").rglob("*") if path.is_file())
    checks.fact("the PIN is stored nowhere", PIN.encode() not in stored)
    source = changed("card.xml", "<a/>")
    command = ["sign", source, "--level", "B-B", "--key", "card-ec", "--state", state, "--anchor", authority.root,
               "-o", home / "none.xml"]
    result = econnector(*command, "--passphrase-file", secret("pin", "000000"), env=env)
    checks.fact("a wrong PIN: exit 1, said so", result.status == 1 and "PIN is wrong" in result.said, result)
    result = econnector(*command, "--passphrase-file", secret("pin", PIN), env={"SOFTHSM2_CONF": "/nonexistent"})
    checks.fact("no token: exit 1, said so", result.status == 1 and not (home / "none.xml").exists(), result)
    result = econnector("keys", "import", "--pkcs11", source, "--state", state, env=env)
    checks.fact("a module that is none: exit 1", result.status == 1 and "no PKCS #11 module" in result.said, result)


def signed(checks, authority, kind, name, state, passphrase, env=None):
    """Signs an XML document and a PDF; other people's programs verify both."""
    xml = changed(f"{name}.xml", '<?xml version="1.0" encoding="UTF-8"?>\n<letter><p>Ä fee of 10 €</p></letter>\n')
    pdf = changed(f"{name}.pdf", b"")
    econnector("render", EXAMPLES / "valid-minimal.json", "-o", pdf)
    for source in (xml, pdf):
        output = folder("signed") / source.name
        result = econnector("sign", source, "--key", name, "--level", "B-B", "-o", output, "--state", state,
                            "--anchor", authority.root, "--passphrase-file", passphrase, env=env)
        if not checks.accepts(f"{kind}: signs {source.suffix[1:]}", result):
            continue
        if source is xml:
            checks.accepts(f"{kind}: xmlsec1 accepts the XML", xmlsec1(output, authority))
        else:
            checks.accepts(f"{kind}: pyhanko accepts the PDF", pyhanko("validate", output, authority.root))
