"""The scalars of the schema. On the wire between gateway and services they are the same texts."""

import re
from datetime import date, datetime
from typing import Any, Final, NoReturn

import graphene
from graphql import GraphQLError, StringValueNode, print_ast, value_from_ast_untyped

_DATE: Final = re.compile(r"^\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_PARTIAL_DATE: Final = re.compile(r"^\d{4}(-\d{2}){0,2}\Z", re.ASCII)
_LANGUAGE_TAG: Final = re.compile(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")


class Text(graphene.Scalar):
    """A text of a certain form. Subclasses say which, by `normalized`, which raises ValueError otherwise."""

    class Meta:
        abstract = True

    form: str

    @staticmethod
    def serialize(value: Any) -> str:
        return str(value)

    @classmethod
    def parse_value(cls, value: Any) -> str:
        if not isinstance(value, str):
            cls._refuse(value)
        try:
            return cls.normalized(value)
        except ValueError:
            cls._refuse(value)

    @classmethod
    def parse_literal(cls, node: Any, _variables: Any = None) -> str:
        if not isinstance(node, StringValueNode):
            cls._refuse(print_ast(node))
        return cls.parse_value(node.value)

    @classmethod
    def normalized(cls, value: str) -> str:
        raise NotImplementedError

    @classmethod
    def _refuse(cls, value: Any) -> NoReturn:
        raise GraphQLError(f"{cls._meta.name} cannot represent {value!r}: it must be {cls.form}.")


class Date(Text):
    """A day of the Gregorian calendar, ISO 8601: `2006-09-20`."""

    form = "a day like 2006-09-20"

    @classmethod
    def normalized(cls, value: str) -> str:
        if not _DATE.match(value):
            raise ValueError(value)
        return date.fromisoformat(value).isoformat()


class DateTime(Text):
    """An instant, ISO 8601 with its offset: `2024-09-25T08:30:00Z`."""

    form = "an instant with its offset, like 2024-09-25T08:30:00Z"

    @classmethod
    def normalized(cls, value: str) -> str:
        if datetime.fromisoformat(value).tzinfo is None:
            raise ValueError(value)
        return value


class Json(graphene.Scalar):
    """Any value that JSON has."""

    class Meta:
        name = "JSON"

    @staticmethod
    def serialize(value: Any) -> Any:
        return value

    @staticmethod
    def parse_value(value: Any) -> Any:
        return value

    @staticmethod
    def parse_literal(node: Any, variables: Any = None) -> Any:
        return value_from_ast_untyped(node, variables)


class PartialDate(Text):
    """A date known to the day, the month or only the year, as EDTF level 0: `2006-09-20`, `2006-09` or `2006`.

    Archives often tell no more than the year; a missing part means that it is not known.
    """

    form = "a day, a month or a year, like 2006-09-20, 2006-09 or 2006"

    @classmethod
    def normalized(cls, value: str) -> str:
        if not _PARTIAL_DATE.match(value):
            raise ValueError(value)
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
        return value


class LanguageTag(Text):
    """A language, as a BCP 47 tag: `en`, `pt-BR`, `zh-Hant`."""

    form = "a BCP 47 language tag like en or pt-BR"

    @classmethod
    def normalized(cls, value: str) -> str:
        if not _LANGUAGE_TAG.match(value):
            raise ValueError(value)
        return value
