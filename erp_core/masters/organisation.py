"""Departments, the people in them, and projects: the dimensions a company cuts its figures by."""

from typing import Any

import polars as pl

from erp_core.access import people
from erp_core.foundation.session import Session
from erp_core.foundation.verbs import verb
from erp_core.masters import refusals, saving

DEPARTMENT = saving.Table(name="department", codes=("parent",))
EMPLOYEE = saving.Table(name="employee", codes=("department",))
PROJECT = saving.Table(name="project", codes=("parent",))


@verb("masters.department.save")
def save_departments(session: Session, *, departments: saving.Given) -> dict[str, Any]:
    """Add or change departments by code: code, name, parent, valid_from, valid_to, active; parents make no circle."""
    return _save_tree(session, DEPARTMENT, departments)


@verb("masters.employee.save")
def save_employees(session: Session, *, employees: saving.Given) -> dict[str, Any]:
    """Add or change employees by code: code, name, department, active; the users of those who left are suspended."""
    frame = saving.complete(session, EMPLOYEE, employees)
    saving.refuse_unknown(frame, "department", session.frame("select code from core.department")["code"], "department")
    result = saving.write(session, EMPLOYEE, frame)
    suspended = people.suspend_employees(session, frame.filter(~pl.col("active"))["code"])
    return {**result, "suspended": suspended} if suspended else result


@verb("masters.project.save")
def save_projects(session: Session, *, projects: saving.Given) -> dict[str, Any]:
    """Add or change projects by code: code, name, parent, valid_from, valid_to, active; parents make no circle."""
    return _save_tree(session, PROJECT, projects)


def refuse_ended_early(frame: pl.DataFrame, code: str = "code") -> None:
    """Refuse rows whose valid_to lies before valid_from."""
    bad = frame.filter(pl.col("valid_to") < pl.col("valid_from"))
    if bad.height:
        row = bad.row(0, named=True)
        raise refusals.EndsBeforeStart(code=row[code], valid_from=row["valid_from"], valid_to=row["valid_to"])


def _save_tree(session: Session, table: saving.Table, given: saving.Given) -> dict[str, Any]:
    frame = saving.complete(session, table, given)
    saving.refuse_cycles(session, table, frame)
    refuse_ended_early(frame)
    return saving.write(session, table, frame)
