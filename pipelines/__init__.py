"""Frames in, one verb at the end: legacy workbooks, the monthly close, the demo company."""
