"""An address as it is written in its country."""

from billing.law import countries
from billing.views.paper import Address


def lines(given: Address, country: str) -> list[str]:
    """The lines of an address under the name, without the country; parts may be missing."""
    street, house, second, postcode, city = (
        (part or "").strip()
        for part in (given.street, given.house_number, given.second_line, given.postcode, given.city)
    )
    record = countries.of(country)
    written = [
        second,
        f"{house} {street}" if record.house_number == "first" else f"{street} {house}",
        f"{city} {postcode}" if record.postcode == "last" else f"{postcode} {city}",
    ]
    return [line.strip() for line in written if line.strip()]
