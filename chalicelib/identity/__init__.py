"""Who works here and what each may do: users, departments, roles, permissions, sign-in, reasons and dispositions.

Promises: a token is checked as generic OIDC before anything is read; a user disabled in the users table is refused
within a minute and a half whatever token he holds; the last administrator can neither be removed nor demoted; nobody
grants more than he holds himself.

`organisation.py` keeps departments, roles and lists of reasons, `accounts.py` users, `sessions.py` sign-in,
`service.py` answers what other capabilities ask.
"""
