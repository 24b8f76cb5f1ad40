"""When something was and when it was entered are kept apart (L3)."""

from tests.support import TODAY, contents, load, made


def test_L3_a_fact_has_a_day_and_an_instant_of_recording(database_url: str) -> None:
    setting = made(database_url)
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
        {"type": "entry", "id": "late", "customer": "A", "date": "2025-03-03", "minutes": 5},
        {"type": "void", "entry": "late", "date": "2025-04-01", "reason": "wrong customer"},
    )
    links = contents(setting)["link"]
    assert [(link["kind"], str(link["effective_on"])) for link in links] == [
        ("contract", "2025-01-01"),
        ("entry", "2025-03-03"),
        ("void", "2025-04-01"),
    ]
    assert {str(link["recorded_at"])[:10] for link in links} == {TODAY.isoformat()}
