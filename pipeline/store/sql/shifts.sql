SELECT a.* FROM accepted_shifts a
