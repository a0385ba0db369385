"""What people and jobs do in the pipeline, by topic."""
