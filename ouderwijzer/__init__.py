"""Ouderwijzer: what stands behind the Rasa project (knowledge, understanding, channel, tools)."""
