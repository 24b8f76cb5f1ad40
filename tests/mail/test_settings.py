"""Which server takes our mail: from the environment, over a file; each fault named with where it is set."""

from pathlib import Path

import pytest

from billing.errors import BadInput, MailRefusal, Refusal
from billing.mail import settings

ENOUGH = {"BILLING_SMTP_HOST": "smtp.acme.example", "BILLING_MAIL_FROM": "billing@acme.example"}


def test_a_host_and_a_sender_are_enough() -> None:
    found = settings.read(ENOUGH)
    assert (found.port, found.security, found.user) == (587, "starttls", None)
    assert str(found.sender) == "billing@acme.example"
    assert found.returns_to("inv-1.00000000") == "billing+inv-1.00000000@acme.example"


@pytest.mark.parametrize(
    ("given", "port", "security"),
    [
        ({"BILLING_SMTP_SECURITY": "tls"}, 465, "tls"),
        ({"BILLING_SMTP_PORT": "465"}, 465, "tls"),
        ({"BILLING_SMTP_SECURITY": "none"}, 25, "none"),
        ({"BILLING_SMTP_PORT": "2525"}, 2525, "starttls"),
    ],
)
def test_port_and_encryption_follow_each_other(given: dict[str, str], port: int, security: str) -> None:
    found = settings.read(ENOUGH | given)
    assert (found.port, found.security) == (port, security)


def test_the_environment_counts_more_than_the_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("p w\n")
    file = tmp_path / "mail.toml"
    file.write_text(
        f'host = "a.example"\nport = 2500\nuser = "u"\npassword_file = "{secret}"\n'
        'sender = "Acme & Fils <mailto:billing@acme.example>"\nreply_to = "desk@acme.example"\n'
    )
    found = settings.read({"BILLING_MAIL": str(file), "BILLING_SMTP_HOST": "b.example"})
    assert (found.host, found.port, found.user, found.password) == ("b.example", 2500, "u", "p w")
    assert (found.name, str(found.sender), str(found.reply_to)) == (
        "Acme & Fils", "billing@acme.example", "desk@acme.example",
    )  # fmt: skip
    assert settings.read({}, str(file)).host == "a.example"
    assert "p w" not in repr(found), "a password is never shown"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"BILLING_SMTP_HOST": ""}, "BILLING_SMTP_HOST"),
        ({"BILLING_MAIL_FROM": ""}, "sender is not set (BILLING_MAIL_FROM)"),
        ({"BILLING_MAIL_FROM": "a@b.example, c@d.example"}, "BILLING_MAIL_FROM"),
        ({"BILLING_MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "BILLING_MAIL_FROM"),
        ({"BILLING_SMTP_PORT": "smtp"}, "BILLING_SMTP_PORT"),
        ({"BILLING_SMTP_PORT": "70000"}, "BILLING_SMTP_PORT"),
        ({"BILLING_SMTP_CONNECTIONS": "0"}, "give a number up to 50"),
        ({"BILLING_SMTP_CONNECTIONS": "51"}, "BILLING_SMTP_CONNECTIONS"),
        ({"BILLING_SMTP_SECURITY": "ssl"}, "starttls, tls, none"),
        ({"BILLING_SMTP_USER": "u"}, "password is not set"),
        ({"BILLING_SMTP_USER": "u", "BILLING_SMTP_PASSWORD": "p", "BILLING_SMTP_SECURITY": "none"}, "encrypted"),
        ({"BILLING_SMTP_USER": "u", "BILLING_SMTP_PASSWORD_FILE": "/nowhere"}, "BILLING_SMTP_PASSWORD_FILE"),
        ({"BILLING_SMTP_CA_FILE": "/nowhere"}, "BILLING_SMTP_CA_FILE"),
        ({"BILLING_MAIL_RETURN": "bounces"}, "bounces+{mail}@acme.example"),
        ({"BILLING_MAIL_RETURN": f"{'x' * 40}{{mail}}@acme.example"}, "BILLING_MAIL_RETURN"),
        ({"BILLING_MAIL": "/nowhere/mail.toml"}, "cannot read /nowhere/mail.toml"),
    ],
)
def test_what_is_wrong_is_named_with_where_it_is_set(given: dict[str, str], said: str) -> None:
    with pytest.raises(Refusal) as refused:
        settings.read(ENOUGH | given)
    assert said in str(refused.value)
    assert isinstance(refused.value, BadInput | MailRefusal)


def test_how_many_connections_is_said_or_left_to_what_is_sent() -> None:
    assert settings.read(ENOUGH).connections is None
    assert settings.read(ENOUGH | {"BILLING_SMTP_CONNECTIONS": "8"}).connections == 8


def test_a_key_that_says_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mail.toml"
    file.write_text('host = "a.example"\nstarttls = true\n')
    with pytest.raises(BadInput, match="starttls"):
        settings.read({}, str(file))
    file.write_text("host: a.example\n")
    with pytest.raises(BadInput, match="is no TOML"):
        settings.read({}, str(file))


def test_a_return_path_may_name_no_mail() -> None:
    found = settings.read(ENOUGH | {"BILLING_MAIL_RETURN": "bounces@société.example"})
    assert found.returns_to("inv-1.00000000") == "bounces@xn--socit-esab.example"
