"""From YAML to a plan: files, ``extends``, overrides, the schema, and building the components."""
