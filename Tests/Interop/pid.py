# SPDX-License-Identifier: Apache-2.0
"""Prices, look-ups and immediate direct payment, as practice software and people meet them."""
import concurrent.futures
import datetime
import json

from lxml import etree

from forms import new_uuid, statement
from harness import ROOT, econnector, folder, poll, run, write
from services import Connector, Sandbox, enrolled, http_request

EXAMPLES = json.loads((ROOT / "Tests" / "Fixtures" / "coverage" / "worked-examples.json").read_text("utf-8"))
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
PROVIDER = "90000135"
# Persons of the sandbox's register that force an outcome.
PERSON, SECOND = "1985061501293", "2010123199966"
TPS, CLOSED, SLOW = "1972040520337", "1972040520414", "1972040520663"
LOST_SIMULATION, LOST_VALIDATION = "1972040520902", "1972040521082"
DEFERRED, EXPIRES, REFUSED = "1972040521245", "1972040521329", "1972040521401"
REQUEST = {
    "date": "2026-09-15", "place": "practice", "speciality": "médecine générale",
    "patient": {"birthDate": "1985-06-15"}, "devices": [], "history": [], "parameters": {},
    "lines": [{"line": 1, "code": "C1", "suffixes": [], "quantity": 1}],
}
DOCTORS = 24


def facts(checks):
    with checks.about("price"):
        price(checks)
    with checks.about("worked examples"):
        worked_examples(checks)
    with checks.about("acts"):
        acts(checks)
    with Sandbox() as sandbox:
        state = enrolled(sandbox, PROVIDER)
        with Connector(sandbox, state) as connector:
            for about, body in (
                    ("price over HTTP", price_over_http), ("the description", description),
                    ("paid", paid), ("contested", contested), ("command line", command_line),
                    ("magic persons", magic), ("outage", outage), ("refusals", refusals),
                    ("many doctors", many)):
                with checks.about(about):
                    body(checks, sandbox, connector)
        with checks.about("restart"):
            restart(checks, sandbox, state)


# Prices

def priced(request, *options):
    return econnector("price", "-", "--json", *options, input=json.dumps(request).encode())


def price(checks):
    answer = json.loads(priced(REQUEST).text)
    line, = answer["lines"]
    checks.fact("the answer has the members of the contract", {"lines", "totals", "parameters", "dataAsOf"} <= set(answer)
                and {"line", "code", "requestedCode", "tariff", "opposable", "nonOpposable", "rate", "statutory",
                     "participation", "anomalies", "trace"} <= set(line), answer)
    checks.fact("statutory and participation are the opposable amount",
                cents(line["statutory"]) + cents(line["participation"]) == cents(line["opposable"]), line)
    for language in ("fr", "de", "en"):
        table = econnector("price", "-", "--language", language, "--trace", input=json.dumps(REQUEST).encode())
        checks.fact(f"the table for people in {language}", table.ok and "C1" in table.text and "62.60" in table.text, table)
    unknown = {**REQUEST, "lines": REQUEST["lines"] + [{"line": 2, "code": "ZZZZ9"}]}
    result = priced(unknown)
    checks.fact("an unknown act is an anomaly beside the price of the others: exit 0",
                result.ok and [item["code"] for item in json.loads(result.text)["lines"][1]["anomalies"]]
                == ["OEC-ACT-001"], result)
    for name, request in {
            "no line": {**REQUEST, "lines": []},
            "1000 lines": {**REQUEST, "lines": [{"line": n, "code": "C1"} for n in range(1, 1001)]},
            "two lines of one number": {**REQUEST, "lines": REQUEST["lines"] * 2},
            "an unknown speciality": {**REQUEST, "speciality": "alchimie"}}.items():
        result = priced(request)
        checks.fact(f"{name}: exit 1, said what", result.status == 1 and result.said and not result.output, result)
    for name, request in {
            "an unknown member": {**REQUEST, "colour": "red"},
            "an amount with three decimals": {**REQUEST, "lines": [{"code": "C1", "billed": "62.605"}]},
            "no birth date": {**REQUEST, "patient": {}}}.items():
        result = priced(request)
        checks.fact(f"{name}: exit 65, said where", result.status == 65 and result.said and not result.output, result)
    for name, request in {
            "a patient not yet born": {**REQUEST, "patient": {"birthDate": "2030-01-01"}},
            "a day before the lists begin": {**REQUEST, "date": "1990-01-01"}}.items():
        result = priced(request)
        codes = [item["code"] for line in json.loads(result.text or '{"lines":[]}')["lines"] for item in line["anomalies"]]
        checks.fact(f"{name} is priced with an anomaly", result.ok and codes, result)
    form = write(folder("price") / "form.json", json.dumps(statement()))
    result = econnector("price", form, "--speciality", "médecine générale", "--json")
    checks.fact("a fee statement is taken with --speciality",
                result.ok and json.loads(result.text)["lines"][0]["billed"] == "62.60", result)
    checks.refuses("a fee statement without --speciality: exit 64", econnector("price", form), 64)
    help_text = econnector("price", "--help").text
    checks.fact("--help documents the REQUEST", all(
        word in help_text for word in ("birthDate", "suffixes", "history", "baseAmountConsumed", "parameters", "authorised")),
        help_text)


def worked_examples(checks):
    for example in EXAMPLES["examples"]:
        if "request" not in example:
            continue
        result = priced(example["request"])
        answer = json.loads(result.text) if result.ok else {"totals": {}, "lines": []}
        wanted = {name: example[name] for name in ("opposable", "statutory", "participation") if example.get(name)}
        found = {name: answer["totals"].get(name) for name in wanted}
        checks.fact(f"{example['id']} is reproduced", wanted == found, f"{wanted}\n{found}\n{result}")


def acts(checks):
    result = econnector("acts", "search", "1C1", "--json", "--limit", "5")
    found = json.loads(result.text)["acts"]
    checks.fact("search by the beginning of a code", result.ok and len(found) == 5
                and all(act["code"].startswith("1C1") for act in found), result)
    result = econnector("acts", "search", "ECHOGRAPHIE", "abdominale")
    checks.fact("search by words, without accents and case", result.ok and "LCM12" in result.text, result)
    result = econnector("acts", "show", "c1", "--date", "2024-01-15", "--json")
    act = json.loads(result.text)
    checks.fact("show: tariff of the day, history, rules with sentences in three languages",
                act["tariff"] == "57.70" and len(act["versions"]) > 1
                and all(set(rule["text"]) == {"fr", "de", "en"} for rule in act["rules"]), result)
    checks.refuses("show of an unknown act: exit 1", econnector("acts", "show", "ZZZZ9"), 1)
    checks.refuses("show on no day: exit 64", econnector("acts", "show", "C1", "--date", "monday"), 64)


def price_over_http(checks, _, connector):
    answer = connector.send("POST", "/v1/price?language=en", encoded(REQUEST), JSON)
    checks.fact("POST /v1/price answers as the command does",
                answer.status == 200 and answer.json == json.loads(priced(REQUEST, "--language", "en").text), answer)
    answer = connector.send("POST", "/v1/price?speciality=C1", encoded(statement()), JSON)
    checks.fact("a fee statement is priced", answer.status == 200 and answer.json["lines"][0]["billed"] == "62.60", answer)
    for name, query, body, status, code in (
            ("no JSON", "", b"{", 400, "ECN-1001"), ("an unknown member", "", encoded({**REQUEST, "x": 1}), 400, "ECN-1013"),
            ("an unknown speciality", "", encoded({**REQUEST, "speciality": "x"}), 422, "ECN-1017"),
            ("a fee statement without speciality", "", encoded(statement()), 422, "ECN-1017"),
            ("an unknown query", "?x=1", encoded(REQUEST), 400, "ECN-1013")):
        answer = connector.send("POST", f"/v1/price{query}", body, JSON)
        checks.fact(f"{name}: {status} {code}", (answer.status, answer.code) == (status, code), answer)
    answer = connector.send("GET", "/v1/acts?q=echographie+abdominale&limit=3")
    checks.fact("GET /v1/acts searches", answer.status == 200 and 0 < len(answer.json["acts"]) <= 3, answer)
    answer = connector.send("GET", "/v1/acts/C1?date=2024-01-15")
    checks.fact("GET /v1/acts/{code} shows the tariff of a day", answer.json.get("tariff") == "57.70", answer)
    answer = connector.send("GET", "/v1/acts/ZZZZ9")
    checks.fact("an unknown act: 404 ECN-1018", (answer.status, answer.code) == (404, "ECN-1018"), answer)


def description(checks, _, connector):
    answer = connector.send("GET", "/openapi.json")
    document = answer.json
    checks.fact("/openapi.json is OpenAPI 3.1", answer.status == 200 and document.get("openapi", "").startswith("3.1"), answer)
    checks.fact("it shows the REQUEST of price with an example that prices",
                connector.send("POST", "/v1/price", encoded(
                    document["paths"]["/v1/price"]["post"]["requestBody"]["content"]["application/json"]["example"]),
                    JSON).status == 200)
    references, dangling = list(refs(document)), []
    for reference in references:
        place = document
        for step in reference[2:].split("/"):
            place = place.get(step, {})
        if not place:
            dangling.append(reference)
    checks.fact("every reference in it leads somewhere", references and not dangling, dangling)


def refs(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from refs(item)


# Immediate direct payment

JSON = {"Content-Type": "application/json"}
BASE = "/v1/pid/simulations"


def encoded(value):
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


def cents(text):
    return int(text.replace(".", ""))


def today():
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()


def bill(matricule, act="C1", amount=62.60):
    """A statement of today for one of the sandbox's persons, not yet paid."""
    form = statement()
    body = form["memoireHonoraire"]
    body["entete"]["patient"]["matricule"] = matricule
    body["entete"]["dateMemoireHonoraires"] = today()
    body["entete"]["numeroMemoireHonoraires"] = f"I-{body['entete']['UUID'][:8]}"
    line = body["prestation"][0]
    line["periode"]["dateDebut"] = today()
    line["acte"]["codeActe"], line["montantBrut"] = act, amount
    body["paiement"] = {"sousTotal": amount, "aPayer": amount, "devise": "EUR", "acquitte": False}
    body["libre"] = {"texteLibreVirement": "IBAN LU00 0000 0000 0000 0000"}
    return form


def simulate(connector, matricule, **options):
    return connector.send("POST", f"{BASE}?wait=20", encoded(bill(matricule, **options)), JSON)


def validate(connector, identifier):
    return connector.send("POST", f"{BASE}/{identifier}/validation?wait=20", b"{}", JSON)


def state_of(connector, identifier):
    return connector.send("GET", f"{BASE}/{identifier}").json.get("state")


def becomes(connector, identifier, state, seconds=20):
    return poll(lambda: state_of(connector, identifier) == state, seconds)


def payments(sandbox, reference):
    return [order for order in sandbox.admin("GET", "payments") if order["reference"] == reference]


def paid(checks, sandbox, connector):
    form = encoded(bill(PERSON))
    answer = connector.send("POST", f"{BASE}?wait=20", form, JSON)
    simulation = answer.json
    checks.fact("a statement is simulated", answer.status == 200 and simulation.get("state") == "simulated"
                and simulation["label"] == "SIMULEE" and simulation["result"] == "accepted", answer)
    totals = simulation["totals"]
    checks.fact("the amounts add up", cents(totals["statutory"]) + cents(totals["patient"]) == cents(totals["total"]), totals)
    preview = connector.send("POST", "/v1/price?speciality=C1", form, JSON).json
    checks.fact("the offline price is the insurer's", preview["totals"]["statutory"] == totals["statutory"], preview)
    identifier = simulation["id"]
    again = connector.send("POST", f"{BASE}?wait=20", form, JSON)
    checks.fact("the same bytes are answered as before", again.json.get("id") == identifier
                and again.headers.get("Idempotency-Replayed") == "true", again)
    checks.fact("no paper before the insurer pays",
                connector.send("GET", f"{BASE}/{identifier}/paper").code == "ECN-1016")
    answer = validate(connector, identifier)
    payment = answer.json.get("payment", {})
    checks.fact("the validation orders the payment", answer.status == 200 and answer.json["state"] == "payment_ordered"
                and payment["amount"] == totals["statutory"], answer)
    checks.fact("it becomes paid", becomes(connector, identifier, "paid"), state_of(connector, identifier))
    orders = payments(sandbox, payment["reference"])
    checks.fact("the ledger holds one payment", len(orders) == 1, orders)
    checks.fact("a second validation changes nothing", validate(connector, identifier).json.get("state") == "paid"
                and len(payments(sandbox, payment["reference"])) == 1)
    checks.fact("what is paid cannot be billed again",
                connector.send("GET", f"{BASE}/{identifier}/fee-statement").code == "ECN-1016")
    paper = connector.send("GET", f"{BASE}/{identifier}/paper")
    path = write(folder("paper") / "paper.pdf", paper.body)
    checks.accepts("qpdf reads the patient's paper", run("qpdf", "--check", path))
    info = run("pdfinfo", path)
    checks.fact("it is a tagged PDF", info.ok and "Tagged:          yes" in info.text, info)
    advice(checks, sandbox, payment)


def advice(checks, sandbox, payment):
    answer = http_request(sandbox.addresses["admin"], "GET", f"/admin/payment-advice?provider={PROVIDER}")
    document = etree.fromstring(answer.body)
    ns = {"c": CAMT}
    checks.fact("the payment advice is a camt.054.001.08", document.tag == f"{{{CAMT}}}Document", answer)
    entry = document.xpath(f"//c:Ntry[c:NtryDtls/c:TxDtls/c:Refs/c:EndToEndId='{payment['reference']}']", namespaces=ns)
    checks.fact("it credits the amount under the reference, once", len(entry) == 1
                and entry[0].xpath("string(c:Amt)", namespaces=ns) == payment["amount"]
                and entry[0].xpath("string(c:Amt/@Ccy)", namespaces=ns) == "EUR"
                and entry[0].xpath("string(c:CdtDbtInd)", namespaces=ns) == "CRDT", answer)
    order = [etree.QName(child).localname for child in entry[0]]
    wanted = ["Amt", "CdtDbtInd", "Sts", "BookgDt", "ValDt", "BkTxCd", "NtryDtls"]
    checks.fact("its elements stand in the order of ISO 20022", order == wanted, order)


def contested(checks, sandbox, connector):
    identifier = simulate(connector, SECOND).json["id"]
    before = len(sandbox.admin("GET", "payments"))
    for name, body, code in (
            ("an unknown reason", {"reason": "HUMEUR"}, "ECN-1013"), ("a text of 501 characters",
             {"reason": "AUTRE", "text": "x" * 501}, "ECN-1013"), ("no such line", {"reason": "AUTRE", "lines": [9]}, "ECN-1013")):
        answer = connector.send("POST", f"{BASE}/{identifier}/contestation", encoded(body), JSON)
        checks.fact(f"{name}: 400 {code}", (answer.status, answer.code) == (400, code), answer)
    answer = connector.send("POST", f"{BASE}/{identifier}/contestation?wait=20",
                            encoded({"reason": "AUTRE", "text": "Le patient règle lui-même."}), JSON)
    checks.fact("contested", answer.status == 200 and answer.json["state"] == "contested"
                and answer.json["label"] == "CONTESTEE", answer)
    form = connector.send("GET", f"{BASE}/{identifier}/fee-statement")
    checks.fact("the fee statement is there as XML", form.headers["Content-Type"] == "application/xml", form)
    page = connector.send("GET", f"{BASE}/{identifier}/fee-statement", None, {"Accept": "application/pdf"})
    checks.fact("or as a page to print", page.status == 200 and page.body.startswith(b"%PDF"), page)
    deposited = connector.submit(form.body, "application/xml")
    checks.fact("and goes the ordinary way", deposited.status == 202
                and connector.until(deposited.json["uuid"], "final", "attention")["state"] == "final", deposited)
    notice = connector.send("GET", f"{BASE}/{identifier}/notice")
    path = write(folder("notice") / "notice.pdf", notice.body)
    checks.accepts("qpdf reads the notice", run("qpdf", "--check", path))
    checks.fact("nothing is paid", len(sandbox.admin("GET", "payments")) == before)
    checks.fact("it cannot be validated any more", validate(connector, identifier).code == "ECN-1016")


def command_line(checks, _, connector):
    options = ["--state", connector.state]
    path = write(folder("pid") / "form.json", encoded(bill(PERSON, act="C1")))
    out = folder("pid-out")
    result = econnector("pid", "simulate", path, *options)
    simulation = json.loads(result.text or "{}")
    checks.fact("pid simulate prints the simulation", simulation.get("state") == "simulated", result)
    checks.fact("a second consultation of the day is refused by its rule: exit 1", result.status == 1 and any(
        "R001" in item["source"] for line in simulation["lines"] for item in line["anomalies"]), result)
    result = econnector("pid", "contest", simulation["id"], "--reason", "Deux médecins différents.", "--out", out, *options)
    checks.fact("pid contest: exit 0, statement and notice written", result.ok
                and (out / f"{simulation['id']}-fee-statement.xml").exists()
                and (out / f"{simulation['id']}-notice.pdf").exists(), result)
    result = econnector("check", out / f"{simulation['id']}-fee-statement.xml")
    checks.accepts("check passes the statement", result)
    other = write(folder("pid") / "other.json", encoded(bill("2020022900725")))
    identifier = json.loads(econnector("pid", "simulate", other, *options).text)["id"]
    result = econnector("pid", "validate", identifier, "--out", out, *options)
    checks.fact("pid validate: exit 0, the paper written",
                result.ok and (out / f"{identifier}-paper.pdf").exists(), result)
    result = econnector("pid", "status", identifier, *options)
    checks.fact("pid status shows the state", json.loads(result.text)["state"] in ("payment_ordered", "paid"), result)
    checks.refuses("pid validate of what does not exist: exit 1", econnector("pid", "validate", new_uuid(), *options), 1)
    checks.refuses("pid simulate of no form: exit 1", econnector("pid", "simulate", "-", *options, input=b"{}"), 1)
    checks.refuses("pid without a connector: exit 69", econnector("pid", "status", new_uuid(), "--state", folder("none")), 69)


def magic(checks, sandbox, connector):
    answer = simulate(connector, TPS)
    checks.fact("a regime outside PID is refused with its reason", answer.json.get("result") == "refused"
                and [item["code"] for item in answer.json["anomalies"]] == ["OEC-PID-004"], answer)
    checks.fact("and keeps the ordinary statement open", "fee-statement" in answer.json["links"]
                and "validation" not in answer.json["links"], answer)
    answer = simulate(connector, CLOSED)
    checks.fact("a closed insurer: 202, a draft, the fall-back named", answer.status == 202
                and answer.json["state"] == "draft" and "fee-statement" in answer.json["links"], answer)
    answer = connector.send("POST", f"{BASE}?wait=0", encoded(bill(SLOW)), JSON)
    checks.fact("who does not wait gets 202 at once", answer.status == 202
                and answer.json["state"] == "simulation_sent", answer)
    checks.fact("and the answer when he asks later", becomes(connector, answer.json["id"], "simulated", 15))
    answer = simulate(connector, REFUSED)
    checks.fact("all lines refused is an answer", answer.json.get("state") == "simulated"
                and answer.json["totals"]["opposable"] == "0.00", answer)
    answer = simulate(connector, LOST_SIMULATION)
    checks.fact("a lost answer is asked for again under the same UUID", answer.json.get("state") == "simulated", answer)
    identifier = simulate(connector, LOST_VALIDATION).json["id"]
    answer = validate(connector, identifier)
    checks.fact("a lost confirmation: 202, unknown, and nothing to bill", answer.status == 202
                and answer.json["state"] == "unknown" and "fee-statement" not in answer.json["links"], answer)
    checks.fact("the connector finds out by itself", becomes(connector, identifier, "paid"), state_of(connector, identifier))
    reference = connector.send("GET", f"{BASE}/{identifier}").json["payment"]["reference"]
    checks.fact("and it is paid once", len(payments(sandbox, reference)) == 1)
    identifier = simulate(connector, DEFERRED).json["id"]
    checks.fact("an ordinary transfer is payment_deferred", validate(connector, identifier).json["state"] == "payment_deferred")
    identifier = simulate(connector, EXPIRES).json["id"]
    answer = validate(connector, identifier)
    checks.fact("what is not valid any more cannot be validated", answer.code == "ECN-1016", answer)
    checks.fact("and shows expired", becomes(connector, identifier, "expired"), state_of(connector, identifier))


def outage(checks, sandbox, connector):
    sandbox.fault("pid-simulation")
    answer = simulate(connector, "1948031210126")
    checks.fact("PID down: 202, the problem told, the fee statement open", answer.status == 202
                and answer.json["state"] in ("unknown", "draft") and answer.json["problem"]["title"]["de"]
                and "fee-statement" in answer.json["links"], answer)
    identifier = answer.json["id"]
    statement_xml = connector.send("GET", f"{BASE}/{identifier}/fee-statement")
    checks.fact("the fee statement can be deposited meanwhile",
                connector.submit(statement_xml.body, "application/xml").status == 202, statement_xml)
    sandbox.fault("pid-simulation", "none")
    checks.fact("when it is back the simulation goes on", becomes(connector, identifier, "simulated", 60),
                state_of(connector, identifier))
    answer = connector.send("POST", f"{BASE}/{identifier}/abandonment", b"{}", JSON)
    checks.fact("and can be given up", answer.json.get("state") == "abandoned", answer)
    checks.fact("for good", validate(connector, identifier).code == "ECN-1016")


def refusals(checks, _, connector):
    form = bill(PERSON)
    form["memoireHonoraire"]["entete"]["patient"]["matricule"] = "1985061501294"
    for name, method, path, body, status, code in (
            ("a wrong check digit", "POST", BASE, encoded(form), 422, "ECN-1004"),
            ("no form", "POST", BASE, b"{}", 422, "ECN-1004"), ("no JSON", "POST", BASE, b"{", 400, "ECN-1001"),
            ("too long a wait", "POST", f"{BASE}?wait=51", encoded(form), 400, "ECN-1013"),
            ("an unknown simulation", "GET", f"{BASE}/{new_uuid()}", None, 404, "ECN-1015"),
            ("a validation of none", "POST", f"{BASE}/{new_uuid()}/validation", b"{}", 404, "ECN-1015"),
            ("another method", "GET", f"{BASE}/{new_uuid()}/validation", None, 405, "ECN-1011"),
            ("an unknown part", "GET", f"{BASE}/{new_uuid()}/nothing", None, 404, "ECN-1010"),
            ("2 MiB", "POST", BASE, b" " * (2 << 20), 413, "ECN-1002")):
        answer = connector.send(method, path, body, JSON if body is not None else None)
        checks.fact(f"{name}: {status} {code}", (answer.status, answer.code) == (status, code), answer)
    answer = connector.send("POST", BASE, encoded(form), {**JSON, "Authorization": None})
    checks.fact("without the secret: 403", (answer.status, answer.code) == (403, "ECN-1009"), answer)


def many(checks, sandbox, connector):
    """Statements of many patients at once, each validated by two callers at the same time."""
    acts_of_day = ["1C11", "1N11", "1F11", "8E09"]

    def one(index):
        while True:
            form = bill(PERSON, act=acts_of_day[index % 4], amount=10.0)
            form["memoireHonoraire"]["prestation"][0]["montantBrut"] = 10.00
            identifier = connector.send("POST", f"{BASE}?wait=30", encoded(form), JSON).json["id"]
            with concurrent.futures.ThreadPoolExecutor(2) as two:
                answers = list(two.map(lambda _: validate(connector, identifier).json, range(2)))
            # A statement paid meanwhile changed the price: the practice simulates again.
            if state_of(connector, identifier) != "expired":
                return identifier, answers

    before = len(sandbox.admin("GET", "payments"))
    with concurrent.futures.ThreadPoolExecutor(DOCTORS) as doctors:
        results = list(doctors.map(one, range(DOCTORS)))
    told = [answer.get("payment", {}) for _, answers in results for answer in answers]
    references = {payment.get("reference") for payment in told}
    checks.fact("both callers get the same payment", len(references) == DOCTORS and None not in references, references)
    paid_ones = {payment["reference"] for payment in told if payment.get("amount") != "0.00"}
    orders = sandbox.admin("GET", "payments")[before:]
    checks.fact("one payment per statement that has anything to pay",
                sorted(order["reference"] for order in orders) == sorted(paid_ones) != [], orders)


def restart(checks, sandbox, state):
    with Connector(sandbox, state) as connector:
        identifier = simulate(connector, "1972040521576").json["id"]
        sandbox.fault("pid-validation", "lost-answer")
        answer = validate(connector, identifier)
        checks.fact("the confirmation is lost", answer.json.get("state") == "unknown", answer)
        connector.stop(9)
    sandbox.fault("pid-validation", "none")
    with Connector(sandbox, state) as connector:
        checks.fact("after a restart it goes on where it stood", becomes(connector, identifier, "paid", 30),
                    state_of(connector, identifier))
        reference = connector.send("GET", f"{BASE}/{identifier}").json["payment"]["reference"]
        checks.fact("paid once", len(payments(sandbox, reference)) == 1)
