"""A new book from a file of counts: its data, its chapters, its tests.

``facts`` turns the file into what stands in ``data/``; ``template/`` holds the pages; ``write``
fills them. Run it by ``make new``.
"""
