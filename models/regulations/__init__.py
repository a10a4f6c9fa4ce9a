"""Laws, rules and procedures: their directories, documents and revisions (B01, B02, B03)."""
