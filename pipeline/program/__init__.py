"""What a program declares, typed and judged: `load.load_program` reads a program folder."""
