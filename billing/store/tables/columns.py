"""What columns are made of: days, instants, names, money in cents; how constraints are named."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ADDRESS = ("street", "house_number", "second_line", "postcode", "city")
ROW = BigInteger().with_variant(Integer, "sqlite")  # a number that the database gives
DAY, INSTANT, HASH, NAME = String(10), String(27), String(64), String(200)


def day(name: str, **how: bool) -> Column[str]:
    return Column(name, DAY, nullable=how.get("nullable", False))


def label(name: str, **how: bool) -> Column[str]:
    return Column(name, NAME, nullable=how.get("nullable", False))


def number(name: str, **how: bool) -> Column[int]:
    return Column(name, Integer, nullable=how.get("nullable", False))


def cents(name: str, **how: bool) -> Column[int]:
    """Money; PostgreSQL's Integer ends at 21 million."""
    return Column(name, BigInteger, nullable=how.get("nullable", False))


def party() -> list[Column[str]]:
    """What the issuer and a customer have in common: personal data, which may change and be erased (P1)."""
    optional = ["language", "email", "vat_id", "siren", "electronic_address", *ADDRESS, "vat_basis"]
    return [label("name"), Column("country", String(2), nullable=False), *(label(n, nullable=True) for n in optional)]


def lists(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]
