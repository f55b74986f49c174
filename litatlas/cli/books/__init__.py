"""Commands about search books: ``commands`` has them, ``text`` their answers as text for people."""
