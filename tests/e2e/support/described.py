"""The API's description (fcgi-app/api/openapi.json), and answers held against it."""

import json
import re
import urllib.parse

import jsonschema

from locations import ROOT

DOCUMENT = json.loads((ROOT / "fcgi-app/api/openapi.json").read_text())
OPERATIONS = [(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods]


def resolved(part):
    """What a $ref points to; keywords beside it are kept."""
    while "$ref" in part:
        beside = {key: value for key, value in part.items() if key != "$ref"}
        _, _, kind, name = part["$ref"].split("/")
        part = {**DOCUMENT["components"][kind][name], **beside}
    return part


# By the identity of their schemas, which they keep alive: one remembers what its references lead to.
validators = {}


def validator(schema):
    if id(schema) not in validators:
        # Its references begin at the document's root.
        whole = {**schema, "components": DOCUMENT["components"]}
        validators[id(schema)] = (schema, jsonschema.Draft202012Validator(whole))
    return validators[id(schema)][1]


def fits(schema, value):
    return validator(schema).is_valid(value)


def assert_fits(schema, value, what):
    error = jsonschema.exceptions.best_match(validator(schema).iter_errors(value))
    assert error is None, f"{what}: {error.json_path}: {error.message[:500]}"


def operation(method, path):
    return DOCUMENT["paths"][path][method.lower()]


def is_open(method, path):
    return operation(method, path).get("security", DOCUMENT["security"]) == []


def body_schema(method, path):
    body = operation(method, path).get("requestBody")
    return None if body is None else body["content"]["application/json"]["schema"]


def query_parameters(method, path):
    described = [resolved(parameter) for parameter in operation(method, path).get("parameters", [])]
    return [parameter for parameter in described if parameter["in"] == "query"]


def described_statuses(method, path):
    return {int(status) for status in operation(method, path)["responses"] if status != "default"}


def target(path, query=None, **captured):
    """The path with its {…} filled in."""
    filled = re.sub(r"\{(\w+)\}", lambda name: urllib.parse.quote(str(captured[name[1]]), safe=""), path)
    return filled + ("?" + urllib.parse.urlencode(query) if query else "")


def check_answer(method, path, answer):
    """Its status, content type, headers and body are as described; its JSON, or its text."""
    what = f"{method} {path}: {answer.status}"
    responses = operation(method, path)["responses"]
    assert str(answer.status) in responses, f"{what} is not described: {answer.body[:300]}"
    response = resolved(responses[str(answer.status)])
    media_type = answer.header("Content-Type").split(";")[0]
    assert media_type in response["content"], f"{what}: it is {media_type}"
    for name, header in response.get("headers", {}).items():
        value = answer.header(name)
        schema = header["schema"]
        assert value is not None, f"{what}: {name} is missing"
        assert_fits(schema, int(value) if schema.get("type") == "integer" else value, f"{what}: {name}")
    if media_type != "application/json":
        return answer.body.decode()
    assert_fits(response["content"][media_type]["schema"], answer.json(), what)
    return answer.json()


class Described:
    """Calls a service's routes and holds what comes back against the description."""

    def __init__(self, stack):
        self.stack = stack
        self.seen = set()  # (method, path, status)

    def __call__(self, method, path, body=None, query=None, status=200, send=None, **captured):
        """`send` is another way than as the administrator. A body that is taken is one that is described."""
        send = send or self.stack.call
        answer = send(method, target(path, query, **captured), body)
        found = check_answer(method, path, answer)
        assert answer.status == status, f"{method} {path}: {answer.status} {answer.body[:500]}"
        if body is not None and answer.status < 300:
            assert_fits(body_schema(method, path), body, f"the body of {method} {path}")
        self.seen.add((method, path, answer.status))
        return found


# --- what does not fit a schema ---------------------------------------------------------------------

WRONG_TYPES = [None, True, 5, 1.5, "no such word", [], {}]


def unfit_values(schema):
    """Values of wrong types and beyond each of the bounds."""
    whole = schema
    schema = resolved(schema)
    candidates = list(WRONG_TYPES)
    for part in map(resolved, schema.get("anyOf", [schema])):
        if "minimum" in part:
            candidates.append(part["minimum"] - 1)
        if "exclusiveMinimum" in part:
            candidates.append(part["exclusiveMinimum"])
        if "maximum" in part:
            candidates.append(part["maximum"] * 2)
        if part.get("minLength"):
            candidates.append("")
        if part.get("maxLength", 1 << 20) < 1 << 20:
            candidates.append("x" * (part["maxLength"] + 1))
        if "items" in part:
            candidates += [[value] for value in unfit_values(part["items"])]
            candidates.append([some_value(part["items"])] * (part.get("maxItems", 0) + 1))
        if "properties" in part:
            good = {name: some_value(part["properties"][name]) for name in part.get("required", [])}
            candidates += [{**good, name: value} for name, value in unfit_fields(part)]
            candidates.append({**good, "no_such_field": 1})
    unfit = [value for value in candidates if not fits(whole, value)]
    # What a format means is no matter of the schema.
    return unfit + (["yesterday"] if schema.get("format") == "date-time" else [])


def fields_of(schema):
    schema = resolved(schema)
    fields = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        fields.update(fields_of(part))
    return fields


def unfit_fields(schema):
    """(name, value) for each field of an object."""
    return [(name, value) for name, field in fields_of(schema).items() for value in unfit_values(field)]


def some_value(schema):
    schema = resolved(schema)
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: some_value(schema["properties"][name]) for name in schema.get("required", [])}
    return {"string": "x", "integer": 1}[schema["type"]]


def unfit_texts(schema):
    """What does not fit a parameter of the query."""
    schema = resolved(schema)
    texts = []
    for part in map(resolved, schema.get("anyOf", [schema])):
        if part.get("type") in ("integer", "number", "boolean") or {"enum", "pattern"} & set(part):
            texts.append("no such word")
        if part.get("type") == "integer":
            texts.append("1.5")
        if "minimum" in part:
            texts.append(str(part["minimum"] - 1))
        if "exclusiveMinimum" in part:
            texts.append(str(part["exclusiveMinimum"]))
        if "maximum" in part:
            texts.append(str(part["maximum"] + 1))
        if "maxLength" in part:
            texts.append("x" * (part["maxLength"] + 1))
        if part.get("format") == "date-time":
            texts.append("yesterday")
        if "items" in part:
            texts += unfit_texts(part["items"])
    return texts


def fit_texts(schema):
    """Each word and each bound of a parameter."""
    schema = resolved(schema)
    if "items" in schema:
        _, *words = fit_texts(schema["items"])
        return ["", *words, ",".join(words[:2])]
    bounds = [str(schema[bound]) for bound in ("minimum", "maximum") if bound in schema]
    return ["", *schema.get("enum", []), *bounds, *(["true", "false"] if schema.get("type") == "boolean" else [])]
