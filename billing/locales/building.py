"""What Babel makes of the catalogs and of CLDR, so that a command need not import Babel (70 ms) to write a date.

`build` is what the wheel and `make` call. What is missing in a checkout is made when it is first wanted.
"""

import json
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.core import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
_NO_COUNTRIES = {  # CLDR names these beside the codes of ISO 3166: islands of others, unions, what is unknown
    "AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ",
}  # fmt: skip
_LIKE = {"nl": "nl_BE"}  # Dutch is written to customers of Belgian issuers: 31/03/2025, not 31-03-2025


def build(folder: Path = FOLDER) -> list[Path]:
    """Compiles every catalog, and writes down what CLDR says of each language and of Swiss business."""
    catalogs = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    made = {source.with_suffix(".mo"): compiled(source) for source in catalogs}
    languages = [source.parents[1].name for source in catalogs]
    for language in ("en", "de_CH", *languages):
        made[folder / f"{language}.json"] = json.dumps(habits(language), ensure_ascii=False).encode()
    for path, content in made.items():
        half = path.with_suffix(".part")
        half.write_bytes(content)
        half.replace(path)
    return list(made)


def compiled(source: Path) -> bytes:
    """A catalog as gettext reads it."""
    with source.open("rb") as file, BytesIO() as whole:
        catalog = read_po(file, locale=source.parents[1].name)
        catalog.creation_date = datetime(1970, 1, 1, tzinfo=UTC)  # else today's, and no two builds have the same bytes
        write_mo(whole, catalog)
        return whole.getvalue()


def habits(language: str) -> dict[str, Any]:
    """How days and numbers are written in a language, as CLDR has it."""
    locale = Locale.parse(_LIKE.get(language, language))
    days = Locale.parse("en_150") if language == "en" else locale  # not 3/31: no one else would read March in it
    figures = re.sub("d+", "dd", re.sub("M+", "MM", re.sub("y+", "y", locale.date_formats["short"].pattern)))
    return {
        "months": [locale.months["format"]["wide"][month] for month in range(1, 13)],
        "short_months": [locale.months["format"]["abbreviated"][month] for month in range(1, 13)],
        "weekdays": [locale.days["format"]["wide"][day] for day in range(7)],
        "day": days.date_formats["medium"].pattern if language == "en" else figures,
        "long_day": days.date_formats["long"].pattern,
        "decimal": locale.number_symbols["latn"]["decimal"],
        "group": locale.number_symbols["latn"]["group"],
        "countries": {
            code: name
            for code, name in sorted(locale.territories.items())
            if re.fullmatch("[A-Z]{2}", code) and code not in _NO_COUNTRIES
        },
        "currency_first": locale.currency_formats["standard"].pattern.startswith("¤"),
        "currency_apart": locale.currency_formats["standard"].pattern.startswith(("¤ ", "¤\xa0")),
    }


if __name__ == "__main__":
    build()
