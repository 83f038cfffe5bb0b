"""Why a bank's file is refused as a whole: half a statement would reconcile nothing."""

from erp_core.foundation.errors import Refusal


class NotAStatement(Refusal):
    """{file} is {kind}, not a statement of a bank."""


class NoBankLayoutFits(Refusal):
    """No layout of a bank fits {file}: a day and an amount were not both found; columns seen: {seen}."""


class StatementRowUnreadable(Refusal):
    """{file}, row {row}: {field} cannot be read from {value} ({count} such rows)."""


class StatementRowLost(Refusal):
    """{file}: line {row} cannot be decoded; the encoding is wrong or the file is damaged ({count} such lines)."""


class MessageDamaged(Refusal):
    """{file} is a {kind} message that cannot be read: {detail}."""


class StatementOfAnother(Refusal):
    """{file} is the statement of account {found}, not of {code} ({number})."""


class StatementCurrency(Refusal):
    """{file} is kept in {currency}; accounts at banks are kept in CNY."""


class BankLayoutInvalid(Refusal):
    """Bank layout {layout} is not valid: {detail}."""
