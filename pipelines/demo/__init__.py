"""A made-up wholesaler, its legacy workbooks, and two years of trade."""
