"""Numbers that are made or checked by a rule of their own: accounts, references of payments, VAT ids; one type each.

The rules are `python-stdnum`'s, which is imported when a number is checked or made. What follows from a wrong number is
decided by who asks: an account is refused, a VAT id doubted.
"""

from collections.abc import Callable
from typing import Self

from billing.law import countries
from billing.law.countries import Country
from billing.texts import Text, say
from billing.values import dataclass

_ENDINGS = ("MWST", "TVA", "IVA", "VAT", "TPV")  # behind a Swiss number that is registered for VAT
_QR_BANKS = range(30000, 32000)


@dataclass(frozen=True, slots=True)
class Iban:
    """A bank account in one piece, as machines write it; perhaps a wrong one."""

    value: str

    @classmethod
    def read(cls, written: str | None) -> Self:
        return cls("".join(c for c in str(written or "").upper() if not c.isspace() and c not in "-."))

    @property
    def country(self) -> Country:
        return countries.of(self.value[:2])

    @property
    def fault(self) -> Text | None:
        """What is wrong with it. Banks come and go: the check digits and the country's form are what a slip breaks."""
        from stdnum import iban

        return _fault(lambda: iban.validate(self.value, check_country=False))

    @property
    def takes_qr_references(self) -> bool:
        """Whether it is a QR-IBAN: it takes QR references and nothing else."""
        bank = self.value[4:9]
        return self.country.qr_bill and bank.isdecimal() and int(bank) in _QR_BANKS

    def grouped(self) -> str:
        """In groups of four, for people."""
        return _in_fours(self.value)


@dataclass(frozen=True, slots=True)
class QrReference:
    """The QR reference of a payment (QRR): 26 digits and their check digit."""

    value: str

    @classmethod
    def made(cls, customer_key: int, year: int, number: int) -> Self:
        """That of a document, from its customer, its year and its number in the year."""
        from stdnum.ch import esr

        assert 0 <= customer_key < 10**10 and 0 < year < 10**4 and 0 < number < 10**12, (customer_key, year, number)
        digits = f"{customer_key:010d}{year:04d}{number:012d}"
        return cls(digits + esr.calc_check_digit(digits))


@dataclass(frozen=True, slots=True)
class CreditorReference:
    """The creditor reference of a payment (ISO 11649, SCOR): RF, two check digits, a number."""

    value: str

    @classmethod
    def made(cls, number: str) -> Self:
        """That of a document's number, which is in it without its marks."""
        from stdnum.iso7064 import mod_97_10

        body = "".join(c for c in number if c.isascii() and c.isalnum()).upper()
        assert 1 <= len(body) <= 21, number
        return cls(f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}")

    def grouped(self) -> str:
        """In groups of four, for people."""
        return _in_fours(self.value)


@dataclass(frozen=True, slots=True)
class StructuredCommunication:
    """The reference of a payment in Belgium: ten digits and two that check them (modulo 97, 97 for 0)."""

    value: str

    @classmethod
    def made(cls, year: int, number: int) -> Self:
        """That of a document, from its year and its number in the year."""
        from stdnum.be import ogm_vcs

        assert 0 < number < 10**8, (year, number)
        body = f"{year % 100:02d}{number:08d}"
        return cls(body + ogm_vcs.calc_check_digits(body))

    def shown(self) -> str:
        """As it is printed and typed: `+++090/9337/55493+++`."""
        return f"+++{self.value[:3]}/{self.value[3:7]}/{self.value[7:]}+++"


@dataclass(frozen=True, slots=True)
class VatId:
    """A VAT id in one piece with its prefix, `FR40303265045`, `CHE116281710TVA`; perhaps a wrong one."""

    value: str

    @classmethod
    def read(cls, written: str | None, country: str | None) -> Self | None:
        """The VAT id of a party of a country, which is put before it where it is written without; None for none."""
        plain = "".join(c for c in str(written or "").upper() if c.isalnum())
        if not plain:
            return None
        record = countries.of(country)
        prefix = next(iter(record.vat_prefixes), record.code)
        return cls(plain if plain[:2].isalpha() else f"{prefix}{plain}")

    @property
    def country(self) -> Country:
        """Whose it is: that of its prefix, as Greece for `EL`; an empty record for a prefix of nobody's."""
        return countries.of_vat_prefix(self.value) or countries.of(self.value[:2])

    @property
    def is_swiss(self) -> bool:
        return self.value.startswith("CHE")

    @property
    def has_ending(self) -> bool:
        """Whether a Swiss number says that it is one of VAT (art. 26 LTVA)."""
        return self.value.endswith(_ENDINGS)

    @property
    def fault(self) -> Text | None:
        """What is wrong with it; None for a right one, and for those of countries whose rules we do not know."""
        from stdnum.ch import uid
        from stdnum.eu import vat
        from stdnum.gb import vat as british

        if self.is_swiss:
            ending = next((ending for ending in _ENDINGS if self.value.endswith(ending)), "")
            return _fault(lambda: uid.validate(self.value.removesuffix(ending)))
        if self.value[:2] in ("GB", "XI"):
            return _fault(lambda: british.validate(self.value))
        known = self.value[:2].lower() in {*vat.MEMBER_STATES, "el"}
        return _fault(lambda: vat.validate(self.value)) if known else None


def _in_fours(plain: str) -> str:
    return " ".join(plain[n : n + 4] for n in range(0, len(plain), 4))


def _fault(validate: Callable[[], str]) -> Text | None:
    """What `stdnum` finds wrong, in our words."""
    from stdnum import exceptions

    try:
        validate()
    except exceptions.InvalidLength:
        return say("it is too long or too short")
    except exceptions.InvalidChecksum:
        return say("its check digits do not fit")
    except exceptions.InvalidFormat:
        return say("it is not written as one")
    except exceptions.ValidationError:
        return say("a part of it is none that exists")
    return None


def siren_fault(written: str) -> Text | None:
    """What is wrong with a SIREN; None for a right one."""
    from stdnum.fr import siren

    return _fault(lambda: siren.validate(written))


def is_belgian(number: str) -> bool:
    """Whether a number is one of a Belgian enterprise: ten digits with their check."""
    from stdnum.be import vat

    return len(number) == 10 and vat.is_valid(number)
