"""The ledger of the book."""

from metabook.ledger import Ledger

from rescue.numbers.recompute import FUNCTIONS, SHOWN

ledger = Ledger(FUNCTIONS, SHOWN)
