"""Samples, limits, alerts, jobs, timings, figures, health, diagnosis: what is measured is kept, told once, and swept."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from erp_core.foundation.errors import NotPermitted, Refusal
from erp_core.operations import alerts, diagnosis, health, jobs, metrics, samples
from erp_core.operations.refusals import AlertUnknown, ThresholdInvalid
from erp_core.operations.timings import Timings, keep

NOW = datetime(2026, 3, 2, 9)  # noqa: DTZ001
LIMIT = {"name": "heat", "metric": "heat", "bound": "50", "minutes": 5, "repeat_hours": 4, "severity": "critical"}


def sample(books, minute: int, value: int, metric: str = "heat") -> None:
    samples.note(books.database, {metric: Decimal(value)}, now=NOW + timedelta(minutes=minute))


def watch(books, minute: int) -> dict[str, list[str]]:
    return alerts.watch(books.database, now=NOW + timedelta(minutes=minute))


def letters(books) -> list[str]:
    with books.database.read() as cursor:
        rows = cursor.execute("select subject from core.outbox where event = 'operations.alert' order by message_id")
        return [row[0] for row in rows.fetchall()]


@pytest.fixture
def hot(books):
    """A limit of 50 that was passed for six minutes."""
    books.call("operations.threshold.save", **LIMIT)
    for minute in range(7):
        sample(books, minute, 60 + minute)
    return books


def test_the_machine_is_measured_and_kept(books):
    found = samples.measure(books.database, now=NOW)
    assert found["disk_free_mb"] > 0 and 0 <= found["memory_percent"] <= 100 and found["database_mb"] > 1
    version = books.version()
    samples.note(books.database, found, now=NOW)
    assert books.version() == version
    shown = books.report("operations_samples", from_day="2026-03-02", to_day="2026-03-02", metric="database_mb")
    assert shown["samples"].to_list() == [1] and shown["hour_at"][0] == datetime(2026, 3, 2, 17)  # noqa: DTZ001


def test_waiting_writers_are_measured(books):
    import threading
    import time

    held = threading.Event()

    def hold():
        with books.database.write():
            held.set()
            time.sleep(0.2)

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    books.call("masters.department.save", departments=[{"code": "D7", "name": "七"}])
    other.join()
    assert samples.measure(books.database, now=NOW)["writer_wait_ms"] >= 100
    assert samples.measure(books.database, now=NOW)["writer_wait_ms"] == 0


def test_a_limit_must_be_passed_for_its_minutes(books):
    books.call("operations.threshold.save", **LIMIT)
    for minute in range(4):
        sample(books, minute, 60)
        assert watch(books, minute)["raised"] == []
    sample(books, 4, 40)
    for minute in range(5, 9):
        sample(books, minute, 60)
        assert watch(books, minute)["raised"] == []


def test_an_alert_is_told_once_and_again_only_after_its_hours(hot):
    assert watch(hot, 6)["raised"] == ["heat"]
    for minute in range(7, 60):
        sample(hot, minute, 70)
        assert watch(hot, minute) == {"raised": [], "repeated": [], "cleared": []}
    assert len(letters(hot)) == 1
    for minute in range(240, 248):
        sample(hot, minute, 65)
    assert watch(hot, 247)["repeated"] == ["heat"]
    row = hot.report("operations_alerts").row(0, named=True)
    assert (row["worst"], row["times_told"], row["severity"]) == (Decimal(70), 2, "critical")


def test_what_is_acknowledged_is_not_told_again(hot):
    watch(hot, 6)
    number = hot.report("operations_alerts")["alert_id"][0]
    hot.call("operations.alert.acknowledge", alert=number, note="风扇在修")
    for minute in range(300, 308):
        sample(hot, minute, 65)
    assert watch(hot, 307)["repeated"] == []
    with pytest.raises(AlertUnknown):
        hot.call("operations.alert.acknowledge", alert=number)
    with pytest.raises(AlertUnknown):
        hot.call("operations.alert.acknowledge", alert=99)


def test_an_alert_clears_and_one_that_flutters_is_no_storm(hot):
    watch(hot, 6)
    sample(hot, 7, 40)
    assert watch(hot, 7)["cleared"] == ["heat"]
    for minute in range(8, 16):
        sample(hot, minute, 60)
    assert watch(hot, 15)["raised"] == ["heat"]
    assert [subject[:2] for subject in letters(hot)] == ["报警", "已恢"]
    assert hot.report("operations_alerts", open_only=True).height == 1


def test_recipients_are_users_roles_and_addresses_each_once(hot):
    hot.call("operations.threshold.save", **{**LIMIT, "recipients": "owner, supervisor, it@example.com, owner, nobody"})
    watch(hot, 6)
    with hot.database.read() as cursor:
        rows = cursor.execute("select login, address from core.outbox where event = 'operations.alert'").fetchall()
    assert sorted(rows) == [("", "it@example.com"), ("owner", ""), ("supervisor", "")]


def test_a_limit_below_and_a_limit_switched_off(books):
    books.call("operations.threshold.save", **{**LIMIT, "side": "below", "minutes": 0})
    sample(books, 0, 40)
    assert watch(books, 0)["raised"] == ["heat"]
    books.call("operations.threshold.save", **{**LIMIT, "name": "off", "minutes": 0, "active": False})
    sample(books, 1, 99)
    assert watch(books, 1) == {"raised": [], "repeated": [], "cleared": ["heat"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"side": "beside"},
        {"severity": "loud"},
        {"minutes": -1},
        {"bound": "much"},
        {"bound": "NaN"},
        {"bound": "1e40"},
        {"recipients": " "},
        {"repeat_hours": 0},
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(books, wrong):
    with pytest.raises(ThresholdInvalid):
        books.call("operations.threshold.save", **{**LIMIT, **wrong})


def test_a_clerk_neither_sets_nor_reads(books):
    clerk = books.as_user("clerk")
    with pytest.raises(NotPermitted):
        clerk.call("operations.threshold.save", **LIMIT)
    with pytest.raises(Refusal):
        clerk.report("operations_alerts")


def test_jobs_are_noted_with_their_outcome(books):
    def refused():
        raise AlertUnknown(alert=1)

    def failed():
        raise ZeroDivisionError("oh")

    assert [
        jobs.run(books.database, name, work) for name, work in (("a", lambda: "7"), ("b", refused), ("c", failed))
    ] == [
        "done",
        "refused",
        "failed",
    ]
    jobs.run(books.database, "quiet", lambda: None, quiet=True)
    told = books.report("jobs").sort("job_id")
    assert told["name"].to_list() == ["a", "b", "c"]
    assert told["detail"].to_list() == ["7", "AlertUnknown: There is no open alert 1.", "ZeroDivisionError: oh"]


def test_a_failed_job_counts_until_it_went_well_again(books):
    now = books.sql("select max(happened_at) as at from rpt.act")["at"][0] + timedelta(minutes=5)
    jobs.note(books.database, "backup", now - timedelta(minutes=2), 1, "failed", "")
    assert samples.measure(books.database, now=now)["failed_jobs"] == 1
    jobs.note(books.database, "backup", now - timedelta(minutes=1), 1, "done", "")
    assert samples.measure(books.database, now=now)["failed_jobs"] == 0


def test_timings_are_added_up_by_the_hour(books):
    timings = Timings(slow_ms=100)
    for took in (5, 120, 40):
        timings.note("report", "trial_balance", took)
    with timings.timed("verb", "x"):
        pass
    assert keep(books.database, timings, now=NOW) == 2
    timings.note("report", "trial_balance", 200)
    keep(books.database, timings, now=NOW + timedelta(minutes=9))
    row = books.report("slow_reports", from_day="2026-03-02", to_day="2026-03-02").row(0, named=True)
    assert (row["name"], row["calls"], row["slow"], row["slowest_ms"], row["mean_ms"]) == (
        "trial_balance",
        4,
        2,
        200,
        91,
    )
    assert row["advice"] == "narrow"


def test_old_samples_go_and_acts_stay(books):
    acts = books.sql("select count(*) as n from rpt.act")["n"][0]
    sample(books, 0, 1)
    jobs.note(books.database, "x", NOW, 1, "done", "")
    samples.sweep(books.database, now=NOW + timedelta(days=91), days=90)
    for table in ("sample", "timing", "job"):
        assert books.sql(f"select count(*) as n from rpt.{table}")["n"][0] == 0
    assert books.sql("select count(*) as n from rpt.act")["n"][0] == acts


def test_figures_for_prometheus(books):
    text = metrics.metrics_text(books.database, now=NOW)
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(lines["erp_last_act"]) == books.sql("select max(act_id) as n from rpt.act")["n"][0]
    assert float(lines["erp_database_mb"]) > 1
    assert "长沙" not in text


def test_the_daily_look(books):
    now = books.sql("select max(happened_at) as at from rpt.act")["at"][0]
    found = health.daily(books, now=now)
    assert found["healthy"] and found["state"] == "good" and found["next_period_to_close"] == "2026-01"
    assert found["last_backup_at"] is None and found["alerts"] == []
    jobs.note(books.database, "check", now, 1, "failed", "")
    assert health.daily(books, now=now)["state"] == "attention"


def test_the_usual_causes_are_looked_at(books):
    now = books.sql("select max(happened_at) as at from rpt.act")["at"][0]
    found = {row["check"]: row["ok"] for row in diagnosis.diagnose(books.database, books.actor, now=now).to_dicts()}
    assert found.pop("backup") is False
    assert all(found.values()), found
    with books.database.write():
        import threading

        seen = {}
        other = threading.Thread(
            target=lambda: seen.update(
                {r["check"]: r["ok"] for r in diagnosis.diagnose(books.database, books.actor, now=now).to_dicts()}
            )
        )
        other.start()
        other.join()
    assert seen["writer"] is False and seen["file"] is True
