# SPDX-License-Identifier: Apache-2.0
"""WeasyPrint: the fee statement as PDF/UA-1 from HTML, fonts loaded once."""

import html
import importlib.metadata
import json
import logging
import pathlib
import sys

import weasyprint
from weasyprint.text.fonts import FontConfiguration

from figures import figure, median

logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
work = pathlib.Path(sys.argv[1])
form = json.loads((work / "form.json").read_text())["memoireHonoraire"]
style = pathlib.Path(__file__).with_name("fee-statement.css").read_text()
fonts = FontConfiguration()


def code(value):
    return f"{value}"[:6] + "-" + f"{value}"[6:]


def day(iso):
    return "/".join(reversed(iso.split("-")))


def amount(value):
    return f"{value:.2f}".replace(".", ",")


def lines(*texts):
    return "<br>".join(html.escape(text) for text in texts if text)


def address(place):
    return lines(
        place.get("extension1"), place.get("Extension2"), f'{place["numeroRue"]}, {place["rue"]}',
        f'{place["codePostal"]} {place["localite"]} ({place["codePays"]})')


def act(line):
    when, what = line["periode"], line["acte"]
    cells = [
        f'{line["numeroLigne"]:02}',
        lines(day(when["dateDebut"]), "dateFin" in when and "– " + day(when["dateFin"])),
        lines(when.get("heureDebut", "")[:5], "heureFin" in when and "– " + when["heureFin"][:5]),
        line["lieu"],
        lines(code(line["codeExecutant"]), "codePrescripteur" in line and f'({code(line["codePrescripteur"])})'),
        " ".join([what["codeActe"], *what.get("suffixActe", [])]),
        lines(
            what["libelle"],
            "numeroTitreOrdonnance" in line and f'Titre/ord. {line["numeroTitreOrdonnance"][:8]}…',
            "typeSeance" in line and f'Séance {line["typeSeance"]} – {line["numeroSeance"]}'),
        f'{line["nombre"]}', amount(line["montantBrut"]),
        amount(line["partPersonelle"]) if "partPersonelle" in line else "",
    ]
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def page(uuid):
    head, pay, free = form["entete"], form["paiement"], form["libre"]
    doctor, patient, insured = head["facturier"], head["patient"], head["assure"]
    titles = ["N", "DATE (DU–AU)", "HEURE", "LIEU / H", "MÉD. (PRESCR.)", "CODE TARIF", "LIBELLÉ / OBJET",
              "NBR", "MONTANT €", "PART PERS.*"]
    totals = [("SOUS-TOTAL", "sousTotal"), ("REPORT", "report"), ("ACOMPTE À DÉDUIRE", "acompteADeduire"),
              ("À PAYER", "aPayer")]
    number, date = head["numeroMemoireHonoraires"], day(head["dateMemoireHonoraires"])
    return f"""<!DOCTYPE html><html lang="fr-LU"><head><meta charset="utf-8">
<title>Mémoire d'honoraires {number}</title><style>{style}</style></head><body>
<div class="foot">Mémoire d'honoraires du {date} – {code(doctor["codePrestataire"])}<br>{uuid}</div>
<div class="code"><small>CODE MÉDECIN</small><br>{code(doctor["codePrestataire"])}</div>
<p class="doctor"><b>{doctor["prenom"]} {doctor["nom"]}</b><br>{doctor["titre"]}<br>{address(doctor["adresse"])}<br>
Tél. {doctor["numeroTelephone"]} – Fax {doctor["numeroFax"]}<br>{doctor["email"]}</p>
<div class="window">{lines(insured["prenom"] + " " + insured["nom"])}<br>{address(insured["adresse"])}</div>
<div class="patient"><h2>Personne protégée</h2>Matricule : {patient["matricule"]}<br>
Patient : {patient["nom"]} {patient["prenom"]}<br>Caisse : {patient["caissePrincipale"]}<br>
N° accident : {patient["accident"]["numeroAccident"]}<br>Date accident : {day(patient["accident"]["dateAccident"])}</div>
<h1>MÉMOIRE D'HONORAIRES</h1><p class="number">N° {number} du {date}</p>
<h2>Prestations</h2><p class="small">• N° d'admission : {head["numeroAdmission"]}
• Caisse complémentaire : {head["caisseComplementaire"]}</p>
<table class="acts"><thead><tr>{"".join(f'<th scope="col">{title}</th>' for title in titles)}</tr></thead>
<tbody>{"".join(act(line) for line in form["prestation"])}</tbody></table>
<p class="small">* Part personnelle si la prestation est prise en charge par l'assurance maladie-maternité.</p>
<table class="totals"><thead><tr><th scope="col">RÉCAPITULATIF</th><th scope="col">MONTANT €</th></tr></thead>
<tbody>{"".join(f"<tr><td>{title}</td><td>{amount(pay[key])} EUR</td></tr>" for title, key in totals)}</tbody></table>
<h2>Paiement</h2><p><span class="box"></span> Acquitté</p><p>Montant à régler par virement.</p>
<div class="seal"><h2>Signature et cachet du médecin</h2><div>Emplacement de la signature électronique</div></div>
<h2>Identifiant du document</h2><p class="small">LUMH1|{uuid}|{doctor["codePrestataire"]}|{number}</p>
<p class="free">{html.escape(free["texteLibreVirement"])}</p><p>Remarque : {html.escape(free["texteLibreMedical"])}</p>
<p class="small">Les données de ce mémoire sont traitées selon le règlement (UE) 2016/679 (RGPD) et la loi du
1er août 2018 portant organisation de la Commission nationale pour la protection des données.<br>
Formule produite par Open eConnector, une mise en œuvre non officielle.</p></body></html>"""


size = 0


def render(index):
    global size
    document = weasyprint.HTML(string=page(f"{index:08x}-4f50-4a6b-8c7d-9e0f1a2b3c4d"))
    pdf = document.write_pdf(pdf_variant="pdf/ua-1", font_config=fonts)
    size = len(pdf)
    if index == 0:
        (work / "weasyprint.pdf").write_bytes(pdf)


value = median(render, iterations=15, warm_up=3)
version = importlib.metadata.version("weasyprint")
figure("render", f"WeasyPrint {version}", value, f"PDF/UA-1, no QR code, {size} bytes")
