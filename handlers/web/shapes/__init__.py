"""What the doors answer: the shapes of the OpenAPI document, one module for each kind of thing."""
