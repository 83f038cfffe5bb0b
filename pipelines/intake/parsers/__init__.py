"""The closed list of cell readers: each turns a cell (text and kind) into a value or a named reason why not."""

from pipelines.intake.parsers import kinds
from pipelines.intake.parsers.codes import account_code, bank_account, code, direction, id_card, uscc
from pipelines.intake.parsers.contacts import email, phone
from pipelines.intake.parsers.dates import day, moment, period
from pipelines.intake.parsers.kinds import Parser
from pipelines.intake.parsers.numbers import amount, price, rate, whole
from pipelines.intake.parsers.numbers import fast_number as _number
from pipelines.intake.parsers.quantities import quantity, unit
from pipelines.intake.parsers.texts import boolean, company_name, person_name, text

PARSERS: dict[str, Parser] = {
    "account_code": Parser(account_code, kinds.TEXT),
    "amount": Parser(amount, kinds.AMOUNT, _number(2)),
    "bank_account": Parser(bank_account, kinds.TEXT),
    "boolean": Parser(boolean, kinds.TRUTH),
    "code": Parser(code, kinds.TEXT),
    "company": Parser(company_name, kinds.TEXT),
    "date": Parser(day, kinds.DAY),
    "direction": Parser(direction, kinds.TEXT),
    "email": Parser(email, kinds.TEXT),
    "id_card": Parser(id_card, kinds.TEXT),
    "integer": Parser(whole, kinds.WHOLE),
    "moment": Parser(moment, kinds.MOMENT),
    "period": Parser(period, kinds.TEXT),
    "person": Parser(person_name, kinds.TEXT),
    "phone": Parser(phone, kinds.TEXT),
    "price": Parser(price, kinds.PRICE, _number(6)),
    "quantity": Parser(quantity, kinds.PRICE, _number(6)),
    "rate": Parser(rate, kinds.PRICE),
    "text": Parser(text, kinds.TEXT),
    "unit": Parser(unit, kinds.TEXT),
    "uscc": Parser(uscc, kinds.TEXT),
}
