# SPDX-License-Identifier: Apache-2.0
"""Fee statements to send in, made from the pack's own examples."""
import copy
import json
import uuid

from harness import EXAMPLES

MINIMAL = json.loads((EXAMPLES / "valid-minimal.json").read_text("utf-8"))


def new_uuid():
    return str(uuid.uuid4())


def statement(identifier=None):
    """The minimal example as a new form of its own."""
    form = copy.deepcopy(MINIMAL)
    form["memoireHonoraire"]["entete"]["UUID"] = identifier or new_uuid()
    return form


def uuid_of(form):
    return form["memoireHonoraire"]["entete"]["UUID"]


def encoded(form):
    """JSON with the amounts at two decimals, as practice software writes them."""
    return json.dumps(form, ensure_ascii=False).encode("utf-8")


def statement_of(acts):
    """A statement of `acts` lines whose sums are right."""
    form = statement()
    body = form["memoireHonoraire"]
    model = body["prestation"][0]
    body["prestation"] = []
    for number in range(1, acts + 1):
        line = copy.deepcopy(model)
        line["numeroLigne"] = number
        line["montantBrut"] = round(10 + number % 90 + 0.10, 2)
        body["prestation"].append(line)
    total = round(sum(line["montantBrut"] for line in body["prestation"]), 2)
    body["paiement"]["sousTotal"] = total
    body["paiement"]["aPayer"] = total
    return form
