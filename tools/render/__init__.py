"""A report (`tools.report`) as people and programs read it: terminal, markdown, JSON."""
