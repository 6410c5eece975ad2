"""ROUGE, exact: the numbers of rouge-score 0.1.2, bit for bit, whichever engine computes them."""
