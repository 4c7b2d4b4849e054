"""Files of counts: what people have, read with errors that they can act on.

A source becomes a grid of text (`grid`; `excel`, `revman`), a grid a table with a header whose
columns are understood (`header`, by the words in `names`), of its rows those are kept that are
studies (`rows`), and what their `cells` hold becomes `twobytwo.counts.Counts`. What cannot be read
in one way only is refused by a `CountsError`, with the sentences in `words`.
"""
