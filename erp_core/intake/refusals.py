"""Every way in which a batch from legacy files, or the undoing of one, can be refused."""

from erp_core.foundation.errors import Refusal


class UnknownTarget(Refusal):
    """Rows of kind {target} cannot be loaded; known: {known}."""


class LoadedDiffers(Refusal):
    """{first} is in the books already with other content ({count} such rows); what is posted is never changed."""


class RowsNotWhole(Refusal):
    """The batch for {target} lacks the column {column}."""


class AnswerUnclear(Refusal):
    """Answer {number} about duplicates: {what} is missing or not one of the words allowed."""


class HistoryNotWhole(Refusal):
    """Lines for {table} need {column} in every row."""


class BatchShapeless(Refusal):
    """The batch for {target} is no table of rows with the facts of its run."""


class AddressesUnfit(Refusal):
    """The addresses of the batch do not fit its rows: {what}."""


class AccountWithoutParent(Refusal):
    """Account {first} has no parent in the chart ({count} such accounts)."""


class RunUnknown(Refusal):
    """There is no intake run {run_id}."""


class RunUndone(Refusal):
    """The intake run {run_id} was taken back already."""


class RunIsPosted(Refusal):
    """The run {run_id} cannot be taken back: its {rows} rows ({target}) are posted."""


class RunChangedRows(Refusal):
    """The run {run_id} cannot be taken back: it changed {count} rows that were there before, the first is {first}."""


class RunIsUsed(Refusal):
    """The run {run_id} cannot be taken back: {first} is used by {where} ({count} such rows)."""


class RehearsalMissing(Refusal):
    """{file} was not rehearsed with the rows it has now, or its rehearsal did not pass ({count} such batches)."""


class BatchNotNamed(Refusal):
    """Batch {number} of the rehearsal has no digest: target, place and digest are needed of each."""
