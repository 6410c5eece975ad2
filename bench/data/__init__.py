"""Readers, which turn files into documents; the data set of a run; the audit of references."""
