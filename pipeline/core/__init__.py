"""What every part of the pipeline may use: it knows nothing of them."""
