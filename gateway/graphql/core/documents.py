"""Parsed and validated documents, kept: both cost more than the execution of most queries."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from gateway.graphql.errors import LIMIT_EXCEEDED, PARSE_FAILED, VALIDATION_FAILED, RequestRefused
from gateway.limits import LimitExceeded, Limits, check

MAX_DOCUMENTS: Final = 1000
MAX_COMMENTS: Final = 200


class Documents:
    """The documents last used, by their text. Only valid ones are kept."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, size: int = MAX_DOCUMENTS) -> None:
        self._schema = schema
        self._limits = limits
        self._size = size
        self._kept: OrderedDict[str, DocumentNode] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, text: str, variables: Mapping[str, Any]) -> DocumentNode:
        """The document of `text`, ready to be executed.

        Raises RequestRefused: it cannot be parsed, asks for more than the limits allow (with these variables), or
        does not fit the schema.
        """
        kept = self._kept.get(text)
        document = kept or self._parse(text)
        self._check(document, variables)
        if kept is None:
            self._validate(document)
            self._keep(text, document)
        else:
            self._kept.move_to_end(text)
        return document

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_lexical_tokens=self._limits.tokens, max_comments=MAX_COMMENTS)
        except GraphQLError as error:
            # Also for a document that is too long or too deep to be parsed: the message says so.
            raise RequestRefused(PARSE_FAILED, [error]) from error

    def _check(self, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        try:
            check(document, self._schema, variables, self._limits)
        except LimitExceeded as error:
            raise RequestRefused(LIMIT_EXCEEDED, [GraphQLError(str(error))]) from error

    def _validate(self, document: DocumentNode) -> None:
        try:
            errors = validate(self._schema, document, max_errors=self._limits.validation_errors)
        except GraphQLError as error:
            # graphql-core's rule about the one field of a subscription trips over `@skip(if: $variable)` there. The
            # specification does not allow that (since 2025), and other rules raise nothing.
            errors = [error]
        if errors:
            raise RequestRefused(VALIDATION_FAILED, errors)

    def _keep(self, text: str, document: DocumentNode) -> None:
        self._kept[text] = document
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
