"""The list of what is in the program, in SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/)."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timezone
from pathlib import Path

from components import PAGE, Component


def document(components: list[Component], program: Path, version: str, seconds: int) -> bytes:
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    created = datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    own = {
        "name": "foilmock",
        "SPDXID": "SPDXRef-foilmock",
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "primaryPackagePurpose": "APPLICATION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
        "licenseConcluded": "MIT",
        "licenseDeclared": "MIT",
        "copyrightText": "Copyright (c) 2026 The foilmock authors",
    }
    packages = [own, *map(package, components)]
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-foilmock")]
    for component in components:
        kind = "CONTAINS" if component.name in PAGE else "STATIC_LINK"
        relations.append(("SPDXRef-foilmock", kind, identifier(component)))
    form = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"foilmock-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/foilmock-{version}-{digest}",
        "creationInfo": {"created": created, "creators": ["Tool: foilmock-make-dist", "Organization: The foilmock authors"]},
        "packages": packages,
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other} for one, kind, other in relations
        ],
    }
    return (json.dumps(form, indent=2) + "\n").encode()


def identifier(component: Component) -> str:
    return f"SPDXRef-{component.name}"


def package(component: Component) -> dict[str, object]:
    form: dict[str, object] = {
        "name": component.name,
        "SPDXID": identifier(component),
        "versionInfo": component.version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "homepage": component.homepage,
        "primaryPackagePurpose": "LIBRARY",
        "licenseConcluded": component.licence,
        "licenseDeclared": component.licence,
        "copyrightText": "NOASSERTION",
        "comment": f"The licences and holders of copyright are in licences/{component.name}.txt.",
    }
    if component.debian_source:
        form["sourceInfo"] = f"Debian source package {component.debian_source}"
        source, version = component.debian_source.removesuffix(")").split(" (= ")
        locator = f"pkg:deb/debian/{source}@{version.replace('+', '%2B')}?arch=source"
        form["externalRefs"] = [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": locator}
        ]
    return form
