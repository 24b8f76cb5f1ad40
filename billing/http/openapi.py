"""What the API is, as OpenAPI 3.1: operations from the table of routes, schemas from the types behind them."""

from typing import Any

from billing import __version__
from billing.core.access import ACCESS
from billing.errors import Refusal
from billing.http import answers, problems, uploads
from billing.http.routes import ROUTES, Route
from billing.http.schemas import Schema, Schemas, asked
from billing.remote.wire import view_of
from billing.requests import codec

SECURITY = "key"
_REF = "#/components/"


def document() -> dict[str, Any]:
    """The whole document."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.told, {})[route.method.lower()] = operation(route, schemas)
    schemas.named["Problem"] = problem()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Support billing",
            "version": __version__,
            "summary": "Minutes bought, minutes worked, what is left, what is invoiced.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{SECURITY: []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.named.items())),
            "responses": {"Problem": {"description": "Why not (RFC 9457).", "content": _problems()}},
            "securitySchemes": {SECURITY: {"type": "http", "scheme": "bearer", "description": "`billing key add`"}},
        },
    }


def operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    """One method of one path."""
    doc = " ".join((route.of.__doc__ or "").split("\n\n")[0].split())
    fields = codec.fields_of(route.of)
    in_path = [f for f in fields if f.name in route.names]
    found: dict[str, Any] = {
        "operationId": route.of.__name__,
        "summary": doc,
        "description": f"Role: {ACCESS[route.of.__name__].least} or higher"
        + (", or the customer himself." if ACCESS[route.of.__name__].own is not None else "."),
        "tags": [route.path.split("/")[2]],
        "parameters": [
            {"name": f.name, "in": "path", "required": True, "schema": _in_path(asked(f.hint))} for f in in_path
        ],
    }
    if route.changes:
        found["parameters"] += [
            {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200, "minLength": 1},
             "description": "The request's id: asked again with it, nothing is done twice (L5)."},
            {"name": "dry_run", "in": "query", "schema": {"type": "string", "enum": ["0", "1", "false", "true"]},
             "description": "1: answer as it would, keep nothing."},
        ]  # fmt: skip
        body = schemas.body(route.of, route.names)
        needed = any(f.needed for f in fields if f.name not in route.names)
        found["requestBody"] = {"required": needed, "content": {answers.JSON: {"schema": body}}}
        if (file := uploads.file_of(route.of)) is not None:
            found["requestBody"]["content"][answers.BYTES] = {}
            found["description"] += f" A body that is no JSON is `{file}` itself, with the other fields in the query."
    else:
        found["parameters"] += [
            {"name": f.name, "in": "query", "required": f.needed, "schema": _in_query(asked(f.hint))}
            for f in fields
            if f.name not in (*route.names, *route.pages)
        ]
        if route.rows:
            found["parameters"] += [
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1,
                                                            "maximum": answers.MOST_ROWS}},
                {"name": "cursor", "in": "query", "schema": {"type": "string"}},
            ]  # fmt: skip
    found["responses"] = _responses(route, schemas)
    return found


def _in_path(schema: Schema) -> Schema:
    """In a path a value is there, and is text."""
    return {"minLength": 1} | schema


def _in_query(schema: Schema) -> Schema:
    """In a query nothing is null: it is left out."""
    kind = schema.get("type")
    if isinstance(kind, list):
        schema = schema | {"type": kind[0]}
    if "enum" in schema:
        schema = schema | {"enum": [one for one in schema["enum"] if one is not None]}
    return schema


def _responses(route: Route, schemas: Schemas) -> dict[str, Any]:
    first, *others = answers.offers(route.paper)
    content: dict[str, Any] = {first: {} if route.paper.kept else {"schema": schemas.view(view_of(route.of))}}
    for kind in others:
        content[kind.partition(";")[0]] = {"schema": {"type": "string"}}
    headers: dict[str, Any] = {} if route.changes else {"ETag": {"schema": {"type": "string"}}}
    if route.rows:
        headers["Link"] = {"schema": {"type": "string"}, "description": "The next page, `rel=next`."}
    found: dict[str, Any] = {"200": {"description": "Done." if route.changes else "Found.", "content": content}}
    if headers:
        found["200"]["headers"] = headers
    if route.asks:
        found["304"] = {"description": "As it was (If-None-Match)."}
    codes = ["400", "401", "403", "404", "406", "409", "413", "422", "429", "500", "502", "503"]
    return found | {code: {"$ref": _REF + "responses/Problem"} for code in codes}


def _problems() -> dict[str, Any]:
    return {problems.MEDIA: {"schema": {"$ref": _REF + "schemas/Problem"}}}


def problem() -> Schema:
    """The schema of a problem; its codes are those of all refusals."""
    codes = sorted({code for kind in Refusal.__subclasses__() for code in kind.codes} | {"internal"})
    text = {"type": "string"}
    return {
        "type": "object",
        "title": "Problem",
        "properties": {
            "type": {"type": "string", "format": "uri"}, "title": text, "status": {"type": "integer"},
            "code": {"type": "string", "enum": codes}, "detail": text, "remedy": text,
        },
        "required": ["type", "title", "status", "code", "detail"],
    }  # fmt: skip
