"""The words a close writes into the books: summaries of its vouchers, in the language of the books."""

from erp_core.foundation.words import word


def summary(key: str, language: str) -> str:
    """The summary of a voucher of the close."""
    return word("pipelines", f"closing.summary.{key}", language)
