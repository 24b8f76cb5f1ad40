"""What the wheel is made with: a list of it beside the wheel (SBOM, CycloneDX), and what is known against it.

    python tools/supply.py sbom dist/NAME.whl      writes dist/NAME.cdx.json, the same bytes for the same lock and wheel
    python tools/supply.py audit                   0: nothing is known, 1: something is, 3: that could not be looked up

The list is of what is installed with the wheel and its extras, as `requirements.lock` has it; tools and tests are none
of it. Both are asked of the lock alone, never of what happens to be installed.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK, PROJECT = ROOT / "requirements.lock", ROOT / "pyproject.toml"
TOOLS = "dev"  # the extra that nothing of is shipped
UNKNOWN = 3  # the status where nothing could be looked up: neither good nor bad
SHIPPED = (  # what is inside the wheel and no package: name, version, licence, where it is from
    ("DejaVu Sans", "2.37", "Bitstream-Vera", "https://dejavu-fonts.github.io"),
    ("Liberation Sans", "2.1.5", "OFL-1.1", "https://github.com/liberationfonts/liberation-fonts"),
    ("htmx", "2.0.11", "0BSD", "https://htmx.org"),
)


@dataclass(frozen=True, slots=True)
class Locked:
    """A package of the lock, and who needs it: packages by name, `` for the project."""

    name: str
    version: str
    needed_by: frozenset[str]


def locked() -> dict[str, Locked]:
    """The packages of the lock, by name; `# via` says who needs each."""
    found: dict[str, Locked] = {}
    for block in re.split(r"\n(?=\S)", LOCK.read_text()):
        head = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", block)
        assert head is not None, block
        by = re.findall(r"^    #(?: via)? {1,3}(?!via)([A-Za-z0-9._-]+)", block, re.MULTILINE)
        assert by, block
        name = canonicalize_name(head[1])
        found[name] = Locked(name, head[2], frozenset("" if each == "support-billing" else each for each in by))
    return found


def wanted() -> set[str]:
    """What the wheel asks for by itself, and with the extras that are for use."""
    project = tomllib.loads(PROJECT.read_text())["project"]
    extras = [line for extra, lines in project["optional-dependencies"].items() if extra != TOOLS for line in lines]
    return {canonicalize_name(Requirement(line).name) for line in [*project["dependencies"], *extras]}


def shipped(packages: Mapping[str, Locked], first: Iterable[str]) -> dict[str, Locked]:
    """Of packages those that are needed, one by the other, for the first."""
    found, new = set(), set(first)
    while new:
        found |= new
        new = {p.name for p in packages.values() if p.needed_by & new} - found
    return {name: packages[name] for name in sorted(found)}


def sbom(wheel: Path) -> str:
    """The list as CycloneDX 1.6: no day and no number drawn by lot, so that two builds have one."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    name, version = wheel.name.split("-")[:2]
    name = canonicalize_name(name)
    program = Component(
        name=name, version=version, type=ComponentType.APPLICATION, bom_ref=name,
        purl=PackageURL("pypi", None, name, version), licenses=[LicenseExpression("Apache-2.0")],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )  # fmt: skip
    packages = shipped(locked(), wanted())
    made = {
        each.name: Component(
            name=each.name, version=each.version, type=ComponentType.LIBRARY, bom_ref=each.name,
            purl=PackageURL("pypi", None, each.name, each.version),
        )
        for each in packages.values()
    }  # fmt: skip
    inside = [
        Component(
            name=what, version=of, type=ComponentType.LIBRARY, bom_ref=what, licenses=[LicenseExpression(licence)],
            external_references=[ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(where))],
        )
        for what, of, licence, where in SHIPPED
    ]  # fmt: skip
    bom = Bom(components=[*made.values(), *inside], serial_number=uuid.uuid5(uuid.NAMESPACE_OID, digest))
    bom.metadata.component = program
    bom.register_dependency(program, [*(made[each] for each in sorted(wanted())), *inside])
    for name, component in made.items():
        bom.register_dependency(component, [made[p.name] for p in packages.values() if name in p.needed_by])
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    del document["metadata"]["timestamp"]
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def audit() -> int:
    """Says what is known against the packages of the lock, or that it could not be looked up; answers the status."""
    asked = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip",
             "--progress-spinner", "off", "--format", "json"]  # fmt: skip
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        why = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        print(f"Not audited: the data on vulnerabilities cannot be reached. {why[:300]}", file=sys.stderr)
        return UNKNOWN
    missed = [each for each in found if "skip_reason" in each]
    known = [(each, one) for each in found for one in each.get("vulns", ())]
    for each, one in known:
        fixed = ", ".join(one["fix_versions"]) or "no version yet"
        print(f"{each['name']} {each['version']}: {one['id']}, mended in {fixed}")
    if known:
        return 1
    if missed or not found:  # pip-audit itself calls this good
        print(f"Not audited: of {len(found)} packages, {len(missed)} are unknown to what was asked; "
              f"the first is {missed[0]['name'] if missed else 'none'}", file=sys.stderr)  # fmt: skip
        return UNKNOWN
    print(f"{len(found)} packages, nothing known against them.")
    return 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["sbom", path]:
            Path(path).with_name(f"{'-'.join(Path(path).name.split('-')[:2])}.cdx.json").write_text(sbom(Path(path)))
        case ["audit"]:
            sys.exit(audit())
        case _:
            sys.exit(__doc__)
