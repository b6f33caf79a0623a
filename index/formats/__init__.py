"""File formats: bytes that nobody vouches for, to pages or to the reason why not."""
