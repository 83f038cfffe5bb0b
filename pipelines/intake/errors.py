"""Reasons why a whole file or run is refused; single rows are rejected instead."""

from erp_core.foundation.errors import Refusal


class FileNotFound(Refusal):
    """There is no file or folder {file}."""


class DamagedWorkbook(Refusal):
    """{file} is damaged: it begins like a workbook but cannot be read to its end ({detail})."""


class TextNamedWorkbook(Refusal):
    """{file} is called a workbook but holds plain text."""


class WebPageNamedWorkbook(Refusal):
    """{file} holds a web page or XML without a table."""


class EncryptedWorkbook(Refusal):
    """{file} is protected by a password."""


class UnknownFileKind(Refusal):
    """{file} is neither a workbook (.xlsx, .xls) nor delimited text."""


class EmptyFile(Refusal):
    """{file} is empty: 0 bytes."""


class EmptySheet(Refusal):
    """No sheet of {file} holds a table: {sheets}."""


class WrongEncoding(Refusal):
    """{file} is in no encoding that can be read (tried {tried}); the first unreadable byte is in line {line}."""


class WorkbookTooLarge(Refusal):
    """{file} would unpack to {size} MB; the limit is {limit} MB."""


class SheetTooWide(Refusal):
    """Sheet {sheet} of {file} reaches out to column {column}, but only {filled} columns hold anything."""


class FormulasNotCalculated(Refusal):
    """Sheet {sheet} of {file} holds {count} formulas without a result, the first in {cell}."""


class LayoutNotFound(Refusal):
    """There is no layout {layout}."""


class LayoutInvalid(Refusal):
    """Layout {layout} is not valid: {detail}."""


class LayoutMismatch(Refusal):
    """No sheet of {file} fits layout {layout}: at best {hits} of {wanted} columns were found; missing: {missing}."""


class NoLayoutFits(Refusal):
    """No layout fits {file}; the nearest is {nearest} with {hits} of {wanted} columns."""


class TotalsDisagree(Refusal):
    """{file}, row {row}: the total of {field} says {found}, its rows add up to {expected}."""


class BatchUnbalanced(Refusal):
    """{target} does not balance: debit {debit}, credit {credit}, difference {difference}."""


class SubledgerDiffers(Refusal):
    """Account {account}: the trial balance says {balance}, its items add up to {items}, difference {difference}."""


class NothingToLoad(Refusal):
    """{file} holds no row that can be loaded: {read} read, {rejected} rejected, {dropped} dropped."""


class CountsDoNotClose(Refusal):
    """{file}: {read} rows read, but {loaded} loaded, {rejected} rejected and {dropped} dropped."""


class WholeTargetRejected(Refusal):
    """{file}: {count} rows of {target} are rejected, the first in row {row}; it can only be loaded as a whole."""


class TargetUnknown(Refusal):
    """There is no target {target}; known are {known}."""


class ChartOfOtherStandard(Refusal):
    """{file} follows {found}, the books follow {standard}: account {account} is {name} there."""


class NothingToCompare(Refusal):
    """{file} holds no trial balance, no open items and no stock that could be compared with the books."""


class AnswersUnreadable(Refusal):
    """{file} is no list of answers about duplicates: {missing} are missing."""


class NotMarked(Refusal):
    """{file} carries no marks of ours."""


class LayoutExists(Refusal):
    """{file} exists already."""


class AddressUnreadable(Refusal):
    """{address} is no address that can be followed."""


class AddressUnknown(Refusal):
    """Nothing at {address} came from a file, or went from it into these books."""
