"""Parsed and validated documents, kept: both cost more than the execution of most queries."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    Token,
    parse,
    specified_rules,
    validate,
)

from gateway.door import DocumentSettings
from gateway.graphql.errors import LIMIT_EXCEEDED, PARSE_FAILED, VALIDATION_FAILED, RequestRefused
from gateway.limits import LimitExceeded, Limits, Survey, check_variables, scan, survey

TOKEN_BYTES: Final = 600
"""What a token takes in memory, with its share of the nodes (measured)."""

_SURVEYS_KEPT: Final = 100
"""For each document: one for each combination of list sizes that it was asked with."""

Sizes = tuple[int | None, ...]


@dataclass(slots=True)
class Kept:
    """A valid document. `bytes` is roughly what it takes; `sizes` are the variables on which its surveys depend."""

    document: DocumentNode
    bytes: int
    sizes: tuple[str, ...]
    surveys: dict[Sizes, Survey] = field(default_factory=dict)

    def sizes_in(self, variables: Mapping[str, Any]) -> Sizes:
        return tuple(value if type(value := variables.get(name)) is int else None for name in self.sizes)

    def remember(self, sizes: Sizes, found: Survey) -> None:
        if len(self.surveys) >= _SURVEYS_KEPT:
            self.surveys.clear()
        self.surveys[sizes] = found


class Documents:
    """The documents last used, by their text. Only valid ones are kept."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, settings: DocumentSettings | None = None) -> None:
        settings = settings or DocumentSettings()
        self._schema = schema
        self._limits = limits
        self._rules = specified_rules if settings.introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
        self._allowed_bytes = settings.kept_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, text: str) -> bool:
        """Whether the document costs nothing but its execution."""
        return text in self._kept

    def get(self, text: str, variables: Mapping[str, Any]) -> DocumentNode:
        """The document of `text`, ready to be executed. Raises what `surveyed` raises."""
        return self.surveyed(text, variables)[0]

    def surveyed(self, text: str, variables: Mapping[str, Any]) -> tuple[DocumentNode, Survey]:
        """The document of `text`, and what it asks for with these variables.

        Raises RequestRefused: it cannot be parsed, asks for more than the limits allow (with these variables), or
        does not fit the schema.
        """
        self._check(variables)
        kept = self._kept.get(text)
        if kept is None:
            return self._new(text, variables)
        self._kept.move_to_end(text)
        sizes = kept.sizes_in(variables)
        found = kept.surveys.get(sizes)
        if found is None:
            found = self._survey(kept.document, variables)
            kept.remember(sizes, found)
        return kept.document, found

    def _new(self, text: str, variables: Mapping[str, Any]) -> tuple[DocumentNode, Survey]:
        document = self._parse(text)
        found = self._survey(document, variables)
        self._validate(document)
        kept = Kept(document, len(text) + TOKEN_BYTES * _tokens(document), tuple(sorted(found.sizes)))
        kept.remember(kept.sizes_in(variables), found)
        self._keep(text, kept)
        return document, found

    def _check(self, variables: Mapping[str, Any]) -> None:
        try:
            check_variables(variables, self._limits)
        except LimitExceeded as error:
            raise _too_much(error) from error

    def _parse(self, text: str) -> DocumentNode:
        try:
            scan(text, self._limits)
            return parse(text, max_lexical_tokens=self._limits.tokens, max_comments=self._limits.comments)
        except LimitExceeded as error:
            raise _too_much(error) from error
        except GraphQLError as error:
            # Also for a document that is too deep to be parsed: the message says so.
            raise RequestRefused(PARSE_FAILED, [error]) from error

    def _survey(self, document: DocumentNode, variables: Mapping[str, Any]) -> Survey:
        try:
            return survey(document, self._schema, variables, self._limits)
        except LimitExceeded as error:
            raise _too_much(error) from error

    def _validate(self, document: DocumentNode) -> None:
        try:
            errors = validate(self._schema, document, self._rules, max_errors=self._limits.validation_errors)
        except GraphQLError as error:
            # graphql-core's rule about the one field of a subscription trips over `@skip(if: $variable)` there. The
            # specification does not allow that (since 2025), and other rules raise nothing.
            errors = [error]
        if errors:
            raise RequestRefused(VALIDATION_FAILED, errors)

    def _keep(self, text: str, kept: Kept) -> None:
        self._kept[text] = kept
        self._bytes += kept.bytes
        while self._bytes > self._allowed_bytes:
            _, forgotten = self._kept.popitem(last=False)
            self._bytes -= forgotten.bytes


def _too_much(error: LimitExceeded) -> RequestRefused:
    return RequestRefused(LIMIT_EXCEEDED, [GraphQLError(str(error), extensions={"limit": error.as_dict()})])


def _tokens(document: DocumentNode) -> int:
    token: Token | None = document.loc.start_token if document.loc else None
    count = 0
    while token is not None:
        count, token = count + 1, token.next
    return count
