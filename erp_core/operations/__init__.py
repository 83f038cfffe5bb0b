"""Keeping the books safe and in sight: backups, restores, upgrades, samples, alerts, schedules."""
