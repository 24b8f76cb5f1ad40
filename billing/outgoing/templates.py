"""Templates of requests to help desks: TOML files with placeholders, those that ship and others; read and filled in.

`{text}` stands for a value in a text, which JSON then writes with its quotes; `{=id}` alone for a whole number. What
goes into an address is escaped.
"""

import base64
import json
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any
from urllib.parse import quote, urlencode

from billing import given
from billing.errors import BadInput
from billing.outgoing.client import Asked
from billing.texts import say
from billing.values import dataclass

_KEYS = {"method", "url", "basic", "headers", "body", "login"}
_LOGIN = {"url", "form", "answer"}
_METHODS = ("PUT", "PATCH", "POST")
_PLACE = re.compile(r"{(=?)([a-z_]+)}")
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Login:
    """How a token is asked for that the requests then bear: a form, and the key of the answer that holds it."""

    url: str
    form: Mapping[str, str]
    answer: str


@dataclass(frozen=True, slots=True)
class Template:
    """A request with placeholders."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: object
    basic: tuple[str, str] | None = None
    login: Login | None = None

    def asked(self, values: Values) -> Asked:
        """The request with its values. Raises BadInput for one that is missing."""
        headers = {name: filled(text, values) for name, text in self.headers.items()}
        if any("\n" in text or "\r" in text for text in headers.values()):
            raise BadInput("bad-input", say("a header has one line"))
        headers = {"content-type": "application/json", "user-agent": "support-billing"} | headers
        if self.basic is not None:
            pair = ":".join(filled(part, values) for part in self.basic)
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return Asked(_address(self.url, values), json.dumps(_whole(self.body, values)).encode(), headers, self.method)

    def asks_in(self, values: Values) -> Asked | None:
        """The request for a token, where one is needed."""
        if self.login is None:
            return None
        form = urlencode({name: filled(text, values) for name, text in self.login.form.items()})
        kind = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        return Asked(_address(self.login.url, values), form.encode(), kind, "POST")


def shipped(kind: str) -> Template:
    """The template of a kind of desk. Raises BadInput for one that nothing is pushed to."""
    file = resources.files("billing.outgoing") / "desks" / f"{kind}.toml"
    if not file.is_file():
        raise BadInput("bad-input", say("nothing can be pushed to {kind}: it asks (POST /desk/NAME)", kind=kind),
                       say("give a template of your own"))  # fmt: skip
    return read(file.read_text("utf-8"), f"{kind}.toml")


def from_file(path: str) -> Template:
    """A template of one's own. Raises BadInput."""
    return _of(given.table(path), path)


def read(text: str, name: str) -> Template:
    """A template out of TOML. Raises BadInput that says what is wrong in it."""
    try:
        return _of(tomllib.loads(text), name)
    except (tomllib.TOMLDecodeError, RecursionError) as failed:
        raise BadInput("bad-input", say("{file} is no TOML: {why}", file=name, why=str(failed))) from None


def _of(found: dict[str, Any], name: str) -> Template:
    tables = {key: found.get(key, {}) for key in ("login", "headers", "body")}
    for key, table in tables.items():
        if not isinstance(table, dict) and (key != "body" or not isinstance(table, str | list)):
            raise BadInput("bad-input", say("{file}: {key} is no table", file=name, key=key))
    unknown = sorted(set(found) - _KEYS) + sorted(f"login.{key}" for key in set(found.get("login", {})) - _LOGIN)
    if unknown:
        raise BadInput("bad-input", say("{file} has keys that say nothing here: {unknown}", file=name, unknown=unknown),
                       say("known: {known}", known=sorted(_KEYS)))  # fmt: skip
    method, login, basic = found.get("method", "PUT"), found.get("login"), found.get("basic")
    fit = method in _METHODS and isinstance(found.get("url"), str) and (basic is None or len(basic) == 2)
    if not fit or (login is not None and set(login) != _LOGIN):
        raise BadInput("bad-input", say("{file} needs a url, a method of {known}, basic as two texts, login as {login}",
                                        file=name, known=list(_METHODS), login=sorted(_LOGIN)))  # fmt: skip
    return Template(
        method, found["url"], found.get("headers", {}), found.get("body", {}), None if basic is None else tuple(basic),
        None if login is None else Login(login["url"], login["form"], login["answer"]),
    )  # fmt: skip


def filled(text: str, values: Values) -> str:
    """A text with its values. Raises BadInput for a placeholder that has none."""
    return _PLACE.sub(lambda place: _value(place[2], values), text)


def _value(name: str, values: Values) -> str:
    if name not in values:
        raise BadInput(
            "bad-input",
            say("the template wants {name}", name=name),
            say("give it with the desk's credentials (BILLING_DESKS), or as a setting of the desk"),
        )
    return values[name]


def _address(text: str, values: Values) -> str:
    """An address: where it begins stays as it is, all else is escaped."""
    return _PLACE.sub(
        lambda place: _value(place[2], values) if place[2] == "url" else quote(_value(place[2], values), safe=""), text
    )


def _whole(part: object, values: Values) -> object:
    """A part of the body with its values, in keys too."""
    if isinstance(part, dict):
        return {filled(str(key), values): _whole(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [_whole(value, values) for value in part]
    if not isinstance(part, str):
        return part
    alone = _PLACE.fullmatch(part)
    if alone is None or not alone[1]:
        return filled(part, values)
    number = _value(alone[2], values)
    if not number.isdecimal():
        raise BadInput("bad-input", say("{name} {value!r}: the desk has whole numbers there", name=alone[2],
                                        value=number))  # fmt: skip
    return int(number)
