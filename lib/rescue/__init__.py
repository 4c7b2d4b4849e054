"""What only this book says."""
