"""Files of counts: what people have, read with errors that they can act on.

A source becomes grids of text (`source`, `text`, `excel`), a grid a table with a header
(`headers`), a table studies (`studies`), by what the columns are called (`names`,
`columns`) and what the cells hold (`cells`); `guard` sees what would make the answer wrong.
"""
