"""The demo's equipment and labels."""
