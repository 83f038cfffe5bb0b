"""Fixed assets: cards, depreciation, changes, disposal, count."""
