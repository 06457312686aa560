"""The bill of materials: what a bundle is made of, as CycloneDX 1.6, with the same bytes for the same bundle."""

from __future__ import annotations

import email.parser
import hashlib
import uuid
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from scripts.bundling.pango import Library
from scripts.bundling.wheels import EPOCH

_LICENCES = LicenseFactory()


@dataclass(frozen=True)
class Fonts:
    """The files of one family, and its licence (SPDX)."""

    name: str
    files: tuple[Path, ...]
    licence: str


def bill_of_materials(own: Path, wheels: Iterable[Path], libraries: Sequence[Library], fonts: Sequence[Fonts]) -> str:
    """JSON text: Outcomes itself, each wheel with its hash and licence, each shared library, the fonts."""
    bom = Bom()
    main = _wheel(own, ComponentType.APPLICATION)
    bom.metadata.component = main
    bom.metadata.timestamp = datetime.fromtimestamp(EPOCH, UTC)
    parts = [_wheel(path, ComponentType.LIBRARY) for path in sorted(wheels) if path != own]
    parts += [_library(one) for one in libraries]
    parts += [_fonts(family) for family in fonts]
    for part in parts:
        bom.components.add(part)
    bom.register_dependency(main, parts)
    digest = hashlib.sha256("".join(sorted(str(p.bom_ref) for p in (main, *parts))).encode()).hexdigest()
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, digest)
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1) + "\n"


def metadata_of(wheel: Path) -> Message:
    """What a wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return email.parser.Parser().parsestr(archive.read(name).decode("utf-8"))


def licence_of(metadata: Message) -> str:
    """The licence as SPDX expression or as the wheel words it; empty when it says nothing."""
    expression = metadata.get("License-Expression")
    if expression:
        return str(expression)
    named = [c.rpartition(" :: ")[2] for c in metadata.get_all("Classifier", []) if c.startswith("License ::")]
    named = [n for n in named if n != "OSI Approved"]
    plain = str(metadata.get("License") or "").strip()
    return " AND ".join(named) if named else plain.splitlines()[0] if plain else ""


def _wheel(path: Path, kind: ComponentType) -> Component:
    metadata = metadata_of(path)
    name, version = str(metadata["Name"]), str(metadata["Version"])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    licence = licence_of(metadata)
    return Component(
        type=kind,
        name=name,
        version=version,
        bom_ref=f"wheel:{path.name}:{digest}",
        purl=PackageURL("pypi", None, name.lower().replace("_", "-"), version, {"file_name": path.name}),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
        licenses=[_LICENCES.make_from_string(licence)] if licence else [],
        external_references=[_file(path)],
    )


def _file(path: Path) -> ExternalReference:
    return ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(f"wheels/{path.name}"))


def _library(one: Library) -> Component:
    return Component(
        type=ComponentType.LIBRARY,
        name=one.name,
        version=one.version,
        bom_ref=f"deb:{one.package}:{one.name}:{one.version}",
        purl=PackageURL("deb", "debian", one.package, one.version, {"file_name": one.name}),
        licenses=[DisjunctiveLicense(name=f"see pango/licences/{one.package}.txt")],
    )


def _fonts(family: Fonts) -> Component:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(family.files))).hexdigest()
    return Component(
        type=ComponentType.DATA,
        name=family.name,
        bom_ref=f"fonts:{digest}",
        licenses=[_LICENCES.make_from_string(family.licence)],
    )
