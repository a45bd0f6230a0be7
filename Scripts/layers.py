"""Compares every import of every target with what the target declares in Package.swift.

The compiler's own check misses what is reachable through a declared dependency. Also writes
docs/dependencies.txt when called with --write, and fails when that file is not up to date.
"""
import json
import pathlib
import re
import sys

SYSTEM = {"Foundation", "FoundationEssentials", "Synchronization", "Testing", "Glibc", "Musl", "Darwin", "Dispatch"}
# Rows of STYLE section 2: a module imports only from rows below its own.
ROWS = {
    "XML": 1, "PDF": 1, "JSON": 1, "ZIP": 1, "FormPacks": 3, "Coverage": 2, "Trust": 2,
    "XMLSignature": 3, "PAdES": 3, "Keys": 3, "NationalAPI": 4, "XAdES": 4,
    "Transport": 5, "Validation": 5, "Connector": 6, "Sandbox": 7, "Labelling": 7,
    "SQLiteStore": 7, "PostgresStore": 7, "HTTPAPI": 7, "Console": 7, "econnector": 8, "econnector-token": 8,
}
NEVER = {("Sandbox", "Connector"), ("Labelling", "Connector"), ("Connector", "Sandbox"), ("HTTPAPI", "Sandbox")}
# Modules of packages whose product has another name.
PRODUCTS = {"_CryptoExtras": "CryptoExtras"}

package = json.load(sys.stdin)
targets = {target["name"]: target for target in package["targets"]}
faults, lines = [], []
for name, target in sorted(targets.items()):
    if target["module_type"] == "SystemLibraryTarget":
        continue
    declared = set(target.get("target_dependencies", [])) | set(target.get("product_dependencies", []))
    used = set()
    for source in target["sources"]:
        path = pathlib.Path(target["path"]) / source
        for line in path.read_text().splitlines():
            match = re.match(r"\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:package |public |internal |private )?import (?:struct |class |enum |func )?(\w+)", line)
            if match:
                used.add(PRODUCTS.get(match.group(1), match.group(1)))
    for module in sorted(used - SYSTEM - declared - {name}):
        faults.append(f"{name} imports {module} without declaring it")
    for module in sorted(used & ROWS.keys()):
        if name in ROWS and ROWS[module] >= ROWS[name]:
            faults.append(f"{name} (row {ROWS[name]}) imports {module} (row {ROWS[module]})")
        if (name, module) in NEVER:
            faults.append(f"{name} must never import {module}")
    if target["type"] != "test":
        unused = sorted(declared - used)
        faults += [f"{name} declares {module} and never imports it" for module in unused]
        lines.append(f"{name}: {' '.join(sorted(declared))}".rstrip())

text = "\n".join(lines) + "\n"
record = pathlib.Path("docs/dependencies.txt")
if "--write" in sys.argv:
    record.write_text(text)
elif not record.exists() or record.read_text() != text:
    faults.append("docs/dependencies.txt is not up to date: swift package describe --type json | python3 Scripts/layers.py --write")
if faults:
    print("\n".join(f"layers: {fault}" for fault in faults), file=sys.stderr)
    sys.exit(1)
print(f"layers: {len(lines)} modules import only what they declare", file=sys.stderr)
