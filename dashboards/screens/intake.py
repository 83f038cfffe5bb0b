"""Legacy files in through the browser: upload, recognise, map, check, prove, load, and the log of all runs."""

from dashboards import widgets
from dashboards.state import t
from dashboards.wizard import checking, loading, mapping, proving, recognise, runs, steps, upload


def show() -> None:
    """Show one step of this visitor's intake; work that goes on is shown above it and holds up nobody."""
    widgets.heading(t("intake.title"), dated=False)
    work = steps.intake()
    step = steps.chosen(work)
    if steps.progress(work):
        return
    if step == "upload":
        upload.show(work)
    elif step == "log":
        runs.show()
    elif step:
        {"recognise": recognise, "map": mapping, "check": checking, "prove": proving, "load": loading}[step].show(work)
    else:
        widgets.empty(t("intake.not_yet"), t("intake.not_yet_why"))


if __name__ == "__main__":
    show()
