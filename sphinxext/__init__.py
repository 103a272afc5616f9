"""What this site adds to Sphinx, one job a file."""
