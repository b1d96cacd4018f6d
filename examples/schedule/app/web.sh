# Serves what the job has written.
set -eu
[ -e /reports/index.html ] || echo "No report yet." >/reports/index.html
exec httpd -f -p 8000 -h /reports
