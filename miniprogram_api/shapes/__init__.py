"""What the phone sends and gets, as pydantic models; OpenAPI is made from these."""
