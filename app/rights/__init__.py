"""The rules themselves, by subject: each takes who acts and the thing. `app/rules.py` says which act asks which."""
