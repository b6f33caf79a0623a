"""What may be said from the collection: retrieval, answering sentences, citations."""
