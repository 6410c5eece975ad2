"""Systems: extractive baselines, yardsticks, and files of summaries that were written elsewhere."""
