"""letters/AGENCY.pdf and .xlsx: what became of an agency's extracts, and how the next ones can be better."""
