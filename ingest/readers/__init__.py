"""What is read: one file a format. `registry` holds them all and finds the one of a file by its content.

`parsing/`: what several of them share; `tables/`: rows and columns; `pdf/`: papers as pages.
"""
