"""Where a source can be read: from its identifier to an address."""

from __future__ import annotations

import re

# The start of an identifier, and the address that the rest completes.
PLACES = (
    (r"(10\.\d{4,}/\S+)", "https://doi.org/"),
    (r"PMID (\d+)", "https://pubmed.ncbi.nlm.nih.gov/"),
    (r"(NCT\d+)", "https://clinicaltrials.gov/study/"),
)


def address(identifier: str) -> str:
    """The address of a DOI, a PubMed or a trial number; empty for any other identifier.

    Examples
    --------
    >>> address("PMID 39745051"), address("ChiCTR2000041117")
    ('https://pubmed.ncbi.nlm.nih.gov/39745051', '')
    """
    for pattern, start in PLACES:
        if found := re.fullmatch(pattern, identifier):
            return start + found[1]
    return ""
