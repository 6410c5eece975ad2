"""Names of the components that ship with bench: one line each, loaded only when used."""

BUILTINS: dict[str, dict[str, str]] = {
    "data": {
        "articles": "bench.data.articles:Articles",
        "jsonl": "bench.data.tabular:Jsonl",
        "csv": "bench.data.tabular:Csv",
        "parquet": "bench.data.tabular:Parquet",
        "lines": "bench.data.lines:Lines",
        "hub": "bench.data.hub:Hub",
    },
    "models": {
        "lead": "bench.models.lead:Lead",
        "random": "bench.models.random_:Random",
        "textrank": "bench.models.textrank:TextRank",
        "lexrank": "bench.models.lexrank:LexRank",
        "oracle": "bench.models.oracle:Oracle",
        "copy": "bench.models.copy_:Copy",
        "headline": "bench.models.headline:Headline",
        "outputs": "bench.models.outputs:Outputs",
        "hf": "bench.models.hf:Hf",
        "chat": "bench.models.chat:Chat",
        "long_document": "bench.models.long_document:LongDocument",
    },
    "metrics": {
        "rouge": "bench.metrics.rouge:Rouge",
        "length": "bench.metrics.length:Length",
        "extractive": "bench.metrics.extractive:Extractive",
        "novelty": "bench.metrics.novelty:Novelty",
        "repetition": "bench.metrics.repetition:Repetition",
        "latency": "bench.metrics.latency:Latency",
        "tokens": "bench.metrics.tokens:Tokens",
        "chrf": "bench.metrics.chrf:Chrf",
    },
}
