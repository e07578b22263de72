"""Turns app.py and the files of infrastructure/cloud into one CloudFormation template."""
