"""What is said of a count or a row that is wrong, or may be: each sentence once.

The command line says it with the place in the file; a page, where it embeds them, with the cell.
"""

from __future__ import annotations

BLANK = "blank; write the count, or remove the study if it is not known"
NEGATIVE = "negative; a count of patients is 0 or more"
TOO_LARGE = "too large; the largest count is {largest:,}, so correct it"
NOT_WHOLE = "not a whole number; write the count, not a rate or mean"
NO_NUMBER = "not a number; write digits only, without %, spaces or thousands separators"
UNKNOWN = "not a number; write the count, or remove the study if it is not known"
FORMULA = (
    "not a number but a formula that no program has computed yet; open the file in a "
    "spreadsheet program and save it there"
)
DATE = (
    "not a number but a date; Excel turned a fraction such as 5/50 into a date, so write "
    "events and patients into two columns, or format the column as text and write it anew"
)
THOUSANDS = "not a number in one way only ({digits}, {also}); write it without thousands separators"
NO_PATIENTS = "an arm needs at least 1 patient; remove the study if it has no such arm"
MORE_EVENTS = "more events than the {n} patients of {column}; correct one of the two"
EXCHANGED = " (in every row: are {events} and {n} exchanged?)"
NO_NAME = "give the study a name"
SAME_NAME = "row {row} has the same name"
SPELLING = " but for its spelling ({name})"
MAKE_DIFFER = "; make the names differ or choose one outcome"
A_SUM = "is the sum of all rows above; delete it if it is a total, move it up if it is none"
NO_SUM = (
    "is called a total and is not the sum of the rows above; delete the row, or call it by the "
    "name of the study"
)
SAME_COUNTS = "the same counts in {studies}: is one study there twice?"
SHARED_CONTROL = (
    "the same control arm in {studies} ({events}/{n}): are its patients counted twice? Add the "
    "treated arms together, or divide the controls"
)
