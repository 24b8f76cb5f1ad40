"""Holiday calendars by name, `FR`, `FR-Alsace-Moselle`, `CH-ZH`: which there are, and the days of a year.

The days come from the library `holidays`, which changes often and is imported only when days are asked for. What a
contract's year was promised is kept by the ledger with the contract; see `office.calendars`. Only days on which the law
of a place closes business are here: no half days, no bank holidays, no school holidays.
"""

import difflib
from datetime import date
from functools import lru_cache

_GERMANY = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
_CANTONS = (
    "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE", "NW", "OW", "SG", "SH", "SO", "SZ",
    "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
)  # fmt: skip
_REGIONS: dict[str, dict[str, str]] = {  # by country: our names of its regions -> the library's
    "BE": {},
    "CH": {name: name for name in _CANTONS},
    "DE": {name: name for name in _GERMANY},
    "FR": {"Alsace-Moselle": "57"},  # Alsace and Moselle keep the same days
    "LI": {},
    "LU": {},
    "MC": {},
}
_ZONES = {
    "Europe/Berlin": "DE",
    "Europe/Brussels": "BE",
    "Europe/Luxembourg": "LU",
    "Europe/Monaco": "MC",
    "Europe/Paris": "FR",
    "Europe/Vaduz": "LI",
    "Europe/Zurich": "CH",
}


def names() -> list[str]:
    """The names of all calendars."""
    return [name for country in _REGIONS for name in (country, *(f"{country}-{r}" for r in regions(country)))]


def regions(country: str) -> list[str]:
    """The regions of a country that have days of their own; none where the country's days are all."""
    return list(_REGIONS.get(country, ()))


def named(country: str, region: str | None) -> str | None:
    """The name of a place's calendar, however it is capitalised; None where there is none."""
    wanted = f"{country}-{region}" if region else country
    return next((name for name in names() if name.casefold() == wanted.casefold()), None)


def of_zone(timezone: str | None) -> str | None:
    """The calendar of the country that a time zone is named after, for a tariff that has no issuer yet."""
    return _ZONES.get(timezone or "")


def nearest(wanted: str) -> str:
    """What would work in place of an unknown name."""
    same = next((name for name in names() if name.casefold() == wanted.casefold()), None)
    long = [name for name in names() if len(name) > 5]  # of two letters any is as near as another
    near = [same] if same else difflib.get_close_matches(wanted, long, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    country = wanted.partition("-")[0].upper()
    if country in _REGIONS and regions(country):
        return f"known: {country}, {country}- and one of {', '.join(regions(country))}"
    return f"known: {', '.join(_REGIONS)}, with a region as CH-ZH or FR-Alsace-Moselle"


@lru_cache(maxsize=4096)
def days(name: str, year: int) -> tuple[date, ...]:
    """The holidays of a calendar in a year, in order; also those that fall on a weekend."""
    import holidays

    country, _, region = name.partition("-")
    subdivision = _REGIONS[country][region] if region else None
    return tuple(sorted(holidays.country_holidays(country, subdiv=subdivision, years=year)))
