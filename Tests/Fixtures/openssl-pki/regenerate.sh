#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the vectors of this folder anew with the openssl command (3.0 or later).
set -eu
cd "$(dirname "$0")"
out=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > ca.cnf <<'CNF'
[ca]
default_ca = issuing
[root]
database = root.txt
serial = root.srl
new_certs_dir = .
certificate = root.pem
private_key = root.key
default_md = sha256
policy = any
default_crl_days = 3650
crlnumber = root.crlnumber
unique_subject = no
[issuing]
database = issuing.txt
serial = issuing.srl
new_certs_dir = .
certificate = issuing.pem
private_key = issuing.key
default_md = sha256
policy = any
default_crl_days = 3650
crlnumber = issuing.crlnumber
crl_extensions = crl_ext
unique_subject = no
[any]
countryName = optional
organizationName = optional
givenName = optional
surname = optional
serialNumber = optional
commonName = supplied
[req]
distinguished_name = dn
[dn]
[ca_ext]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuing_ext]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://pki.test/root.crl
[signer_ext]
keyUsage = critical, nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = 0.4.0.2042.1.2
authorityInfoAccess = OCSP;URI:http://pki.test/ocsp, caIssuers;URI:http://pki.test/issuing.cer
crlDistributionPoints = URI:http://pki.test/issuing.crl
subjectAltName = email:camille@example.lu
[tsa_ext]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ocsp_ext]
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[crl_ext]
authorityKeyIdentifier = keyid
[tsa]
default_tsa = tsa1
[tsa1]
serial = tsa.srl
crypto_device = builtin
signer_cert = tsa.pem
certs = issuing.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 0.4.0.2023.1.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
clock_precision_digits = 3
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
CNF
for name in root issuing; do
    : > $name.txt; : > $name.txt.attr; echo 1000 > $name.srl; echo 01 > $name.crlnumber
done
echo 2A > tsa.srl

ec() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:"$1" -out "$2" 2> /dev/null; }
rsa() { openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:"$1" -out "$2" 2> /dev/null; }
ca() { # authority, extensions, subject, key, certificate, further options
    authority=$1; ext=$2; subject=$3; key=$4; cert=$5; shift 5
    openssl req -config ca.cnf -new -utf8 -key "$key" -subj "$subject" -out request.pem
    openssl ca -config ca.cnf -name "$authority" -batch -notext -utf8 -extensions "$ext" \
        -startdate 20260101000000Z -enddate 20360101000000Z -preserveDN \
        -in request.pem -out "$cert" "$@" 2> /dev/null
}

rsa 3072 root.key
openssl req -config ca.cnf -x509 -key root.key -subj "/C=LU/O=Open eConnector tests/CN=OpenSSL Root CA" \
    -extensions ca_ext -days 3650 -set_serial 1 -out root.pem
ec P-256 issuing.key
ca root issuing_ext "/C=LU/O=Open eConnector tests/CN=OpenSSL Issuing CA" issuing.key issuing.pem
ec P-256 signer.key
ca issuing signer_ext "/C=LU/GN=Zoé/SN=Müller, Exemple/serialNumber=123/CN=Zoé Müller" signer.key signer.pem
rsa 3072 rsa.key
ca issuing signer_ext "/C=LU/CN=RSA signer" rsa.key rsa.pem
ec P-256 revoked.key
ca issuing signer_ext "/C=LU/CN=Revoked signer" revoked.key revoked.pem
ec P-256 tsa.key
ca issuing tsa_ext "/C=LU/CN=OpenSSL TSU" tsa.key tsa.pem
ec P-256 ocsp.key
ca issuing ocsp_ext "/C=LU/CN=OpenSSL OCSP responder" ocsp.key ocsp.pem
rsa 3072 pss.key
ca root signer_ext "/C=LU/CN=Issued with PSS" pss.key pss.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
rsa 2048 pss20.key
ca root signer_ext "/C=LU/CN=Issued with PSS and a salt of 20" pss20.key pss20.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20
openssl ca -config ca.cnf -name issuing -revoke revoked.pem -crl_reason keyCompromise 2> /dev/null

for curve in P-384 P-521 brainpoolP256r1; do
    ec $curve self.key
    openssl req -config ca.cnf -x509 -key self.key -subj "/CN=$curve" -days 3650 -set_serial 7 -out self-$curve.pem
done
openssl genpkey -algorithm ED25519 -out self.key
openssl req -config ca.cnf -x509 -key self.key -subj "/CN=Ed25519" -days 3650 -set_serial 7 -out self-Ed25519.pem

printf 'Contenu signé\r\n' > content.bin
sign() { openssl cms -sign -binary -in content.bin -outform DER -certfile issuing.pem -md sha256 "$@"; }
sign -signer signer.pem -inkey signer.key -cades -out cades-detached.cms
sign -signer signer.pem -inkey signer.key -nodetach -out attached.cms
sign -signer signer.pem -inkey signer.key -nodetach -stream -out attached.ber
sign -signer signer.pem -inkey signer.key -noattr -out without-attributes.cms
sign -signer rsa.pem -inkey rsa.key -out rsa.cms
sign -signer rsa.pem -inkey rsa.key -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:32 -out pss.cms
sign -signer signer.pem -inkey signer.key -keyid -out key-identifier.cms

openssl ts -query -config ca.cnf -data content.bin -sha256 -cert -out request.tsq 2> /dev/null
openssl ts -reply -config ca.cnf -queryfile request.tsq -out response.tsr 2> /dev/null
openssl ts -query -config ca.cnf -data content.bin -sha1 -out sha1.tsq 2> /dev/null
openssl ts -reply -config ca.cnf -queryfile sha1.tsq -out refused.tsr 2> /dev/null

for name in signer revoked; do
    openssl ocsp -issuer issuing.pem -cert $name.pem -reqout $name.ocspreq
    openssl ocsp -index issuing.txt -CA issuing.pem -rsigner ocsp.pem -rkey ocsp.key \
        -reqin $name.ocspreq -respout $name.ocsp -ndays 3650 > /dev/null
done
openssl ocsp -sha256 -issuer issuing.pem -cert signer.pem -no_nonce -reqout signer-sha256.ocspreq
openssl ocsp -index issuing.txt -CA issuing.pem -rsigner issuing.pem -rkey issuing.key -resp_no_certs -resp_key_id \
    -reqin signer-sha256.ocspreq -respout by-issuer.ocsp -ndays 3650 > /dev/null
openssl ca -config ca.cnf -name issuing -gencrl -crlexts crl_ext -out issuing.crl.pem 2> /dev/null
openssl crl -in issuing.crl.pem -outform DER -out issuing.crl
openssl ca -config ca.cnf -name root -gencrl -out root.crl.pem 2> /dev/null
openssl crl -in root.crl.pem -outform DER -out root.crl
openssl req -config ca.cnf -new -utf8 -key signer.key -subj "/C=LU/CN=Zoé" \
    -addext "keyUsage = critical, nonRepudiation" -outform DER -out request.p10

rm -f "$out"/*.pem "$out"/*.cms "$out"/*.ber "$out"/*.ts? "$out"/*.ocsp* "$out"/*.crl "$out"/*.p10
cp content.bin [a-z]*.cms attached.ber ./*.tsq ./*.tsr ./*.ocsp ./*.ocspreq issuing.crl root.crl request.p10 "$out"
for name in root issuing signer rsa revoked tsa ocsp pss pss20 self-P-384 self-P-521 self-brainpoolP256r1 self-Ed25519; do
    cp $name.pem "$out"
done
rm -f "$out/sha1.tsq"
