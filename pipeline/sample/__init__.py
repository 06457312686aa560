"""The demo program: synthetic extracts of four agencies, all of it made up.

totals -> plan -> CAD and logs in four styles -> faults -> the files of a program folder
"""

from pipeline.sample.demo import make_demo

__all__ = ["make_demo"]
