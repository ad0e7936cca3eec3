"""Parts that views and messages share."""

from marshmallow import Schema, fields

from .fields import LocalizedTextField


class RuleSchema(Schema):
    """The rule by which a report became due."""

    first_report_after_months = fields.Integer(required=True)
    interval_months = fields.Integer(required=True)
    is_sample = fields.Boolean(required=True)


class CommitmentSchema(Schema):
    number = fields.Integer(required=True)
    title = LocalizedTextField(required=True)
