"""What any executable meta-analysis book needs: data, words, tables and figures on a page."""
