"""The demo network: reference data, sample texts and the code that fills an empty database with them."""
