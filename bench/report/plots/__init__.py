"""Charts of a run for pages and papers: Vega-Lite specifications, drawn by vl-convert."""
