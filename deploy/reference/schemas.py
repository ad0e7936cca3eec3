"""JSON Schema of marshmallow schemas, by apispec (kept by marshmallow's own maintainers)."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema


def json_schema(schema: Schema) -> dict[str, Any]:
    """The JSON Schema of what `schema` dumps, nested schemas written out in place."""
    # OpenAPI 3.1 is the version whose schemas are JSON Schema.
    # A schema without a name is written out in place.
    plugin = MarshmallowPlugin(schema_name_resolver=lambda _schema: "")
    APISpec("messages", "1", "3.1.0", plugins=[plugin])
    assert plugin.converter is not None
    converted: dict[str, Any] = plugin.converter.schema2jsonschema(schema)  # type: ignore[no-untyped-call]
    return converted


def field_rows(schema: dict[str, Any], prefix: str = "") -> list[tuple[str, str, str]]:
    """One row per field, nested ones with dotted names: name, type, what it says."""
    rows = []
    required = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        inner = field.get("items", field)
        optional = "" if name in required else "?"
        rows.append((f"{prefix}{name}{optional}", _type_of(field), field.get("description", "")))
        suffix = "[]." if "items" in field else "."
        rows += field_rows(inner, f"{prefix}{name}{suffix}")
    return rows


def _type_of(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " \\| ".join(f"`{value}`" for value in field["enum"] if value is not None)
    kinds = field.get("type", "object")
    names = kinds if isinstance(kinds, list) else [kinds]
    shown = ["list of " + _type_of(field["items"]) if name == "array" else str(name) for name in names]
    form = f" ({field['format']})" if "format" in field else ""
    return " or ".join(shown) + form
