"""The grid: places of a company with a person responsible for each, and the templates they are made from (E01, J07)."""
