@echo off
rem Installs Outcomes from this bundle, without a network: install.cmd [--to FOLDER] [--dask]
where py >nul 2>nul && (py -3 "%~dp0install.py" %* & exit /b)
where python >nul 2>nul && (python "%~dp0install.py" %* & exit /b)
echo install: Python 3.11 or newer is needed and was not found 1>&2
exit /b 1
