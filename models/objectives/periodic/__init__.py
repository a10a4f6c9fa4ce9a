"""Work that comes again by a post (A05, K05): when it falls due, and each person's own."""
