"""Amounts as expressions: figures of accounts, parameters and numbers joined by + - * / and parentheses."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal, DivisionByZero, InvalidOperation
from functools import cache

from erp_core.foundation.errors import Refusal

# What may be asked of an account, debit less credit where both sides meet; Chinese and English mean the same.
FIGURES = {
    "balance": "balance", "期末余额": "balance", "opening": "opening", "期初余额": "opening",
    "debit": "debit", "借方发生额": "debit", "credit": "credit", "贷方发生额": "credit",
    "year": "year", "本年累计": "year", "parameter": "parameter", "参数": "parameter",
}  # fmt: skip
LENGTH_MAX = 500
Look = Callable[[str, str], Decimal]
_SIGNS = {ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b}


class ExpressionUnreadable(Refusal):
    """The amount {expression} cannot be read: {problem}."""


def asked(text: str) -> list[tuple[str, str]]:
    """The figures an expression asks for: (figure, account or parameter); refuses what is no expression."""
    return sorted(set(_asked(_parsed(text), text)))


def evaluate(text: str, look: Look) -> Decimal:
    """The value of an expression, not yet rounded; look gives a figure of an account, or a parameter."""
    try:
        return _value(_parsed(text), text, look)
    except (DivisionByZero, InvalidOperation, ZeroDivisionError) as problem:
        raise ExpressionUnreadable(expression=text, problem="division by zero") from problem


@cache
def _parsed(text: str) -> ast.expr:
    if len(text) > LENGTH_MAX:
        raise ExpressionUnreadable(expression=f"{text[:40]}…", problem=f"longer than {LENGTH_MAX} characters")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise ExpressionUnreadable(expression=text, problem=getattr(problem, "msg", "") or "?") from problem


def _asked(node: ast.expr, text: str) -> list[tuple[str, str]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (*_SIGNS, ast.Div)):
        return _asked(node.left, text) + _asked(node.right, text)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _asked(node.operand, text)
    if isinstance(node, ast.Call):
        return [_figure(node, text)]
    _number(node, text)
    return []


def _value(node: ast.expr, text: str, look: Look) -> Decimal:
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, text, look), _value(node.right, text, look)
        return left / right if isinstance(node.op, ast.Div) else _SIGNS[type(node.op)](left, right)
    if isinstance(node, ast.UnaryOp):
        value = _value(node.operand, text, look)
        return -value if isinstance(node.op, ast.USub) else value
    return look(*_figure(node, text)) if isinstance(node, ast.Call) else _number(node, text)


def _figure(node: ast.Call, text: str) -> tuple[str, str]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    plain = len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.Constant)
    if name not in FIGURES or not plain:
        known = ", ".join(f"{name}()" for name in FIGURES)
        raise ExpressionUnreadable(expression=text, problem=f"{ast.unparse(node)}: {known}")
    return FIGURES[name], str(node.args[0].value)


def _number(node: ast.expr, text: str) -> Decimal:
    # The source text, since a binary fraction is no amount.
    found = ast.get_source_segment(text.strip(), node) or ""
    if not isinstance(node, ast.Constant) or not found[:1].isdigit():
        raise ExpressionUnreadable(expression=text, problem=found or type(node).__name__)
    try:
        number = Decimal(found.replace("_", ""))
    except InvalidOperation as problem:
        raise ExpressionUnreadable(expression=text, problem=found) from problem
    return number
