"""Pages of the pipeline, by topic."""
