"""The action server's actions: one concern a module, no texts for parents, no SQL."""

import os

# rasa-sdk listens on all interfaces unless told otherwise; a deployment that wants that sets
# SANIC_HOST itself (DESIGN section 10: the action server listens on loopback).
os.environ.setdefault("SANIC_HOST", "127.0.0.1")
