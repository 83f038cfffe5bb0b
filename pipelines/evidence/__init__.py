"""The evidence of a closed period: everything an auditor needs, to be checked without these books and their program."""
