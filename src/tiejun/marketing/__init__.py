"""Where customers come from: campaigns and sources, what comes in, whether it is worth a call, and what became of it."""
