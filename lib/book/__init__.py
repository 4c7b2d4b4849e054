"""What the chapters share."""
