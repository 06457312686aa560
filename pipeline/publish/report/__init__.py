"""The prepared objects of the program report. Templates print them and compute nothing."""
