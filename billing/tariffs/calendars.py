"""Holiday calendars by name, `FR`, `FR-Alsace-Moselle`, `CH-ZH`: which there are, and the days of a year.

The days come from the library `holidays`, which changes often and is imported only when days are asked for. What a
contract's year was promised is kept by the ledger with the contract; see `office.calendars`. Only days on which the law
of a place closes business are here: no half days, no bank holidays, no school holidays.
"""

from datetime import date
from functools import lru_cache

from billing.law import countries


def names() -> list[str]:
    """The names of all calendars."""
    return [name for code in _countries() for name in (code, *(f"{code}-{region}" for region in regions(code)))]


def regions(country: str) -> list[str]:
    """The regions of a country that have days of their own; none where the country's days are all."""
    return list(countries.of(country).region_names())


def named(country: str, region: str | None) -> str | None:
    """The name of a place's calendar, however it is capitalised; None where there is none."""
    wanted = f"{country}-{region}" if region else country
    return next((name for name in names() if name.casefold() == wanted.casefold()), None)


def of_zone(timezone: str | None) -> str | None:
    """The calendar of the country that a time zone is named after, for a tariff that has no issuer yet."""
    country = countries.of_zone(timezone)
    return country.code if country else None


def nearest(wanted: str) -> str:
    """What would work in place of an unknown name."""
    import difflib  # a booking does without

    same = next((name for name in names() if name.casefold() == wanted.casefold()), None)
    long = [name for name in names() if len(name) > 5]  # of two letters any is as near as another
    near = [same] if same else difflib.get_close_matches(wanted, long, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    country = wanted.partition("-")[0].upper()
    if regions(country):
        return f"known: {country}, {country}- and one of {', '.join(regions(country))}"
    return f"known: {', '.join(_countries())}, with a region as CH-ZH or FR-Alsace-Moselle"


@lru_cache(maxsize=4096)
def days(name: str, year: int) -> tuple[date, ...]:
    """The holidays of a calendar in a year, in order; also those that fall on a weekend."""
    import holidays

    code, _, region = name.partition("-")
    country = countries.of(code)
    subdivision = country.region_names()[region] if region else None
    return tuple(sorted(holidays.country_holidays(country.calendar or code, subdiv=subdivision, years=year)))


def _countries() -> list[str]:
    """The countries that have a calendar."""
    return sorted(record.code for record in countries.records() if record.calendar)
