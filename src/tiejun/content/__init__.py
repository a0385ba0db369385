"""Scripts for the talk with the customer: written in versions, published explicitly, read by occasion, also without a signal."""
