"""What the collection says, findable: articles read, cleaned, split, encoded and stored."""
