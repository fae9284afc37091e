"""Entry point: `flask --app wsgi …` and any WSGI server import `app` from here."""

from app import create_app

app = create_app()
