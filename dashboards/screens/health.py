"""How the program that keeps the books is doing: alerts, the machine, backups and what a restore would cost, jobs."""

from datetime import timedelta
from html import escape

import polars as pl
import streamlit as st

from dashboards import acts, bar, catalogue, charts, i18n, state, tables, widgets
from dashboards.cards import Card
from dashboards.state import t

METRICS = (
    "cpu_percent",
    "memory_percent",
    "disk_free_percent",
    "database_mb",
    "wal_mb",
    "writer_wait_ms",
    "program_mb",
    "slow_questions",
)
DAYS = ("1", "7", "30")
RPO_HOURS = 36


def show() -> None:
    """Show what needs a hand first, then figures over time, then lists."""
    widgets.heading(t("health.title"), dated=False)
    alerts = state.load("operations_alerts", open_only=True).to_dicts()
    backups = state.load("backups")
    _cards(alerts, backups)
    _alerts(alerts)
    left, right = st.columns([3, 2])
    with left:
        _samples()
    with right:
        _diagnosis()
    _backups(backups)
    _jobs()


def _cards(alerts: list[dict], backups: pl.DataFrame) -> None:
    good = backups.filter("verified").head(1).to_dicts()
    latest = good[0] if good else {}
    hours = latest.get("hours_old")
    late = hours is None or hours > RPO_HOURS
    lost = t("health.acts_since", count=latest["acts_since"]) if latest else t("health.no_backup")
    restore = latest.get("restore_ms")
    widgets.show_cards(
        Card("alerts", t("health.alerts"), len(alerts), kind="count", tone="bad" if alerts else ""),
        Card("rpo", t("health.rpo"), hours, "", t("health.rpo_why"), "count", note=lost, tone="warn" if late else ""),
        Card(
            "rto", t("health.rto"), None if restore is None else round(restore / 1000), "", t("health.rto_why"), "count"
        ),
        Card("backups", t("health.backups"), backups.height, "", t("health.backups_why"), "count"),
    )


def _alerts(alerts: list[dict]) -> None:
    with widgets.panel("health_alerts", t("health.open_alerts")):
        if not alerts:
            widgets.empty(t("health.no_alerts"), t("health.no_alerts_why"))
        for row in alerts:
            with st.container(horizontal=True, vertical_alignment="center", key=f"row_alert_{row['alert_id']}"):
                st.html(_alert(row))
                if not row["acknowledged_by"]:
                    acts.asked(
                        "operations.alert.acknowledge",
                        t("health.acknowledge"),
                        t("health.acknowledged"),
                        key=f"alert_{row['alert_id']}",
                        ask=lambda number=row["alert_id"]: {
                            "alert": number,
                            "note": st.text_input(t("rights.note"), key=f"alert_note_{number}", max_chars=200),
                        },
                    )


def _alert(row: dict) -> str:
    tone = {"critical": "bad", "warning": "warn"}.get(row["severity"], "quiet")
    level = tables.badge(catalogue.label("operations_alerts", "severity", row["severity"], state.language()), tone)
    figures = t("health.figures", worst=i18n.quantity(row["worst"]), bound=i18n.quantity(row["bound"]))
    seen = t("health.seen_by", name=row["acknowledged_by"]) if row["acknowledged_by"] else ""
    more = " · ".join(part for part in (i18n.instant(row["raised_at"]), figures, seen, row["note"]) if part)
    name = escape(i18n.name_of(row, state.language()))
    return f'<div class="erp-line"><b>{level} {name}</b><span>{escape(more)}</span></div>'


def _samples() -> None:
    with widgets.panel("samples", t("health.samples")):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            metric = bar.select(
                t("health.metric"), METRICS, "metric", lambda name: t(f"health_metric.{name}"), width=210
            )
            days = bar.select(t("audit.days"), DAYS, "days", lambda n: t("audit.last_days", days=n), width=130)
        to_day = state.now().date()
        given = {"from_day": to_day - timedelta(days=int(days) - 1), "to_day": to_day, "metric": metric}
        frame = state.load("operations_samples", **given)
        if frame.is_empty():
            widgets.empty(t("health.no_samples"), t("health.no_samples_why"))
            return
        hours = [f"{hour:%m-%d %H:00}" for hour in frame["hour_at"]]
        series = {t("health.mean"): frame["mean"].to_list(), t("health.highest"): frame["highest"].to_list()}
        option = charts.lines(hours, series, divisor=1, unit="")
        widgets.show_chart(option, t(f"health_metric.{metric}"), height=230)


def _diagnosis() -> None:
    who = state.me()
    scope = [name for name, limit in who["scope"].items() if limit is not None]
    pairs = [
        (t("health.you"), escape(f"{who['name']} ({who['login']})")),
        (t("people.roles"), escape(widgets.role_names(who["roles"]))),
        (t("rights.area"), escape("、".join(t(f"area.{area}") for area in who["areas"]))),
        (t("health.hidden"), escape("、".join(t(f"mask.{mask}") for mask in who["masks"])) or "–"),
        (t("people.scope"), escape(", ".join(scope)) or t("people.all_rows")),
        (t("health.version"), f"{state.version():,}"),
        (t("health.where"), escape(str(state.books().path))),
    ]
    with widgets.panel("diagnosis", t("health.diagnosis")):
        st.html(tables.facts(pairs))


def _backups(frame: pl.DataFrame) -> None:
    with widgets.panel("backups", t("health.backups")):
        if frame.is_empty():
            widgets.empty(t("health.no_backup"), t("health.no_backup_why"))
            return
        names = ("made_at", "kind", "verified", "acts_since", "hours_old", "restore_ms", "stored_bytes", "problem")
        columns = catalogue.columns(
            "backups",
            state.language(),
            *names,
            wide_only=("acts_since", "stored_bytes", "problem"),
        )
        rows = [
            row | {"made_at": i18n.instant(row["made_at"]), "verified": t("rows.yes" if row["verified"] else "rows.no")}
            for row in frame.head(20).to_dicts()
        ]
        widgets.show_table(rows, columns, marked=lambda row: "bad" if row["problem"] else "")


def _jobs() -> None:
    if not state.sees("jobs"):
        return
    frame = state.load("jobs")
    last = frame.unique("name", keep="first", maintain_order=True).sort("name")
    with widgets.panel("jobs", t("health.jobs"), note=t("health.jobs_note")):
        if last.is_empty():
            widgets.empty(t("empty.nothing"), t("health.no_jobs"))
            return
        columns = catalogue.columns(
            "jobs", state.language(), "name", "started_at", "outcome", "took_ms", "detail", wide_only=("detail",)
        )
        rows = [row | {"started_at": i18n.instant(row["started_at"])} for row in last.to_dicts()]
        widgets.show_table(rows, columns, marked=lambda row: "" if row["outcome"] == "done" else "bad")


if __name__ == "__main__":
    show()
