"""The conventions as the model reads them: markdown, in the order of the file names (`agent/prompt.py` joins them)."""
