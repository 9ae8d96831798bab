"""A saved run as a page: what was asked, what the model said and did, each draft and its checklist, what it cost.

`read` makes a `Transcript` of a log, `page` an HTML file of it, `terminal` something to print.
All text in it was written by others (the model, the database, the project), and is shown as what it is.
"""
