"""Questions in SQL, one file each, and what runs, exports and proves them."""
