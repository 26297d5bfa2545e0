"""The knowledge base: content model, loading and checking of YAML, storage and queries."""
