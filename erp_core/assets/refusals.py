"""Every way in which an act upon assets can be refused."""

from erp_core.foundation.errors import Refusal


class AssetUnknown(Refusal):
    """There is no asset {first} ({count} such cards)."""


class AssetExists(Refusal):
    """There is already an asset {first} ({count} such cards)."""


class AssetNamedTwice(Refusal):
    """Asset {first} stands more than once in the set ({count} such rows)."""


class AssetFieldWrong(Refusal):
    """Asset {first}: {field} cannot be {value}; it is {allowed} ({count} such cards)."""


class AssetCategoryUnknown(Refusal):
    """Asset {first}: there is no category {category} in use; known: {known} ({count} such cards)."""


class AssetAccountWrong(Refusal):
    """Asset {first}: {field} {account} is no account that can be posted to ({count} such cards)."""


class AssetGone(Refusal):
    """Asset {first} was disposed of; nothing can happen to it any more ({count} such cards)."""


class AssetActTooEarly(Refusal):
    """Asset {first}: something happened to it on {last}; it cannot be {action} on {day} ({count} such cards)."""


class AssetMonthTooEarly(Refusal):
    """Asset {first}: a change of {day} cannot hold from {period} on, which lies before ({count} such cards)."""


class LifeUsedUp(Refusal):
    """Asset {first}: {used} months of its life are used, so its life cannot be {life} ({count} such cards)."""


class NothingChanges(Refusal):
    """Asset {first}: the estimate already says so; nothing would change ({count} such cards)."""


class ImpairmentNotAllowed(Refusal):
    """Asset {first}: books under 小企业会计准则 know no impairment (§6: assets are carried at cost)."""


class AmountBeyondCarrying(Refusal):
    """Asset {first}: {amount} is more than it is carried at, {carrying} ({count} such cards)."""


class OpeningCardsDiffer(Refusal):
    """The cards do not tie to {account}: the ledger holds {ledger}, the cards {cards} ({count} such accounts)."""


class AccumulatedWithoutAccount(Refusal):
    """Asset {first}: {field} is {amount}, but the card names no account for it ({count} such cards)."""


class BillLineUnknown(Refusal):
    """Bill {bill} has no line {first} ({count} such cards)."""


class BillLineIsStock(Refusal):
    """Line {line} of bill {bill} is stock ({first}); an asset is made of what is not ({count} such cards)."""


class BillLineUsed(Refusal):
    """Line {line} of bill {bill}: {wanted} wanted for cards, {open} left ({count} such cards)."""


class VoucherWithoutAsset(Refusal):
    """Voucher {voucher} brings {open} to {account} that no card stands for; {wanted} is wanted for {first}."""


class TaxNotDeductible(Refusal):
    """Asset {first}: a small-scale taxpayer deducts no input tax; its {amount} belongs to the value."""


class SplitAmounts(Refusal):
    """Asset {first}: the parts come to {parts} of {whole}; something of both must be left."""


class DisposalTaxUnsaid(Refusal):
    """Asset {first}: it brings {proceeds}; say the tax on it, or the tax code ({count} such cards)."""


class TaxCodeNotSales(Refusal):
    """Asset {first}: {code} is no tax code for sales on {day} ({count} such cards)."""


class CountListEmpty(Refusal):
    """No asset in use fits the list: category {category}, department {department}, location {location}."""


class NotOnTheList(Refusal):
    """Asset {first} is not on the list {number} ({count} such cards)."""


class CountUnfinished(Refusal):
    """List {number}: nobody has looked for {first} yet ({count} such cards)."""


class ShareWrong(Refusal):
    """Asset {first}: the weight of a department is above zero, not {weight} ({count} such rows)."""
