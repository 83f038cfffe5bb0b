"""The closed list of cell readers: each turns a cell (text and kind) into a value or a named reason why not."""

from pipelines.intake.parsers import fast, kinds
from pipelines.intake.parsers.codes import account_code, bank_account, code, direction, id_card, uscc
from pipelines.intake.parsers.contacts import email, phone
from pipelines.intake.parsers.dates import day, moment, period
from pipelines.intake.parsers.kinds import Parser
from pipelines.intake.parsers.names import match_key
from pipelines.intake.parsers.numbers import amount, price, rate, whole
from pipelines.intake.parsers.places import address
from pipelines.intake.parsers.quantities import quantity, unit
from pipelines.intake.parsers.texts import boolean, company_name, person_name, text

PARSERS: dict[str, Parser] = {
    "account_code": Parser(account_code, kinds.TEXT),
    "address": Parser(address, kinds.TEXT),
    "amount": Parser(amount, kinds.AMOUNT, fast.number(2)),
    "bank_account": Parser(bank_account, kinds.TEXT),
    "boolean": Parser(boolean, kinds.TRUTH),
    "code": Parser(code, kinds.TEXT, fast.code),
    "company": Parser(company_name, kinds.TEXT, fast.company),
    "date": Parser(day, kinds.DAY, fast.day),
    "direction": Parser(direction, kinds.TEXT),
    "email": Parser(email, kinds.TEXT),
    "id_card": Parser(id_card, kinds.TEXT),
    "integer": Parser(whole, kinds.WHOLE),
    "match_key": Parser(match_key, kinds.TEXT),
    "moment": Parser(moment, kinds.MOMENT, fast.moment),
    "period": Parser(period, kinds.TEXT),
    "person": Parser(person_name, kinds.TEXT, fast.person),
    "phone": Parser(phone, kinds.TEXT, fast.phone),
    "price": Parser(price, kinds.PRICE, fast.number(6)),
    "quantity": Parser(quantity, kinds.PRICE, fast.quantity),
    "rate": Parser(rate, kinds.PRICE),
    "text": Parser(text, kinds.TEXT, fast.text),
    "unit": Parser(unit, kinds.TEXT),
    "uscc": Parser(uscc, kinds.TEXT),
}
