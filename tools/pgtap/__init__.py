"""The proof, kept: a pgTAP file that says what was observed, and fails when it no longer holds."""
