"""`anban` with kept sums off (`python -m scripts.bench.product.without_sums web --port N`): what the gate is against."""

from models.core.views import kept_sums

if __name__ == "__main__":
    kept_sums.add = lambda *_: None
    from server.cli import main

    main()
