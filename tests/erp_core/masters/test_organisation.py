"""Departments, employees and projects."""

import pytest

from erp_core.masters import refusals


def test_a_tree_in_one_set(books):
    tree = [
        {"code": "X", "name": "总部"},
        {"code": "X1", "name": "一部", "parent": "X"},
        {"code": "X11", "name": "一组", "parent": "X1"},
    ]
    assert books.call("masters.department.save", departments=tree)["added"] == 3
    with pytest.raises(refusals.CircularTree) as no:
        books.call("masters.department.save", departments={"code": "X", "parent": "X11"})
    assert no.value.facts["code"] == "X"


@pytest.mark.parametrize("verb", ["department", "project"])
def test_parents_must_be_there(books, verb):
    with pytest.raises(refusals.UnknownCode):
        books.call(f"masters.{verb}.save", **{f"{verb}s": {"code": "X", "name": "甲", "parent": "Y"}})
    with pytest.raises(refusals.CircularTree):
        books.call(f"masters.{verb}.save", **{f"{verb}s": {"code": "X", "name": "甲", "parent": "X"}})


def test_a_project_does_not_end_before_it_starts(books):
    with pytest.raises(refusals.EndsBeforeStart):
        books.call(
            "masters.project.save",
            projects={"code": "P", "name": "甲", "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
        )


def test_employees_have_a_department_that_exists(books):
    assert (
        books.call("masters.employee.save", employees={"code": "E7", "name": "李四", "department": "D1"})["added"] == 1
    )
    with pytest.raises(refusals.UnknownCode):
        books.call("masters.employee.save", employees={"code": "E8", "name": "王五", "department": "D9"})
