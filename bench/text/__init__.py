"""Plain text: sentences with offsets, words of any script, the lines of a summary, cleaning rules."""
