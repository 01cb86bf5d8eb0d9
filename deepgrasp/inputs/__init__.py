"""What a network may see."""
