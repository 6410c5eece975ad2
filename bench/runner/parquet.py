"""``scores.parquet``: one row a document and system, one column a metric column; null where no value.

Several samples of a document are averaged; ``scores/*.jsonl`` has each.
"""

import io
import math

from bench.core.types import ScoreTable


def scores_parquet(table: ScoreTable) -> bytes:
    """The values of a table, in the order of systems and documents; equal tables give equal bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    n = len(table.doc_ids)
    columns = {
        "doc_id": pa.array(table.doc_ids * len(table.systems), pa.string()),
        "system": pa.array([s.label for s in table.systems for _ in range(n)], pa.string()),
    }
    for column in table.columns:
        cells = [table.cells[s.label, column.id].values for s in table.systems]
        values = [None if math.isnan(v) else v for cell in cells for v in cell]
        columns[column.id] = pa.array(values, pa.float64())
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()
