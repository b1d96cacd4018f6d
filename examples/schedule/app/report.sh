# Adds a line to the reports, and shows them all. The page is replaced in one step.
set -eu
echo "Report of $(date -u +%FT%TZ)" | tee -a /reports/all.txt
cp /reports/all.txt /reports/index.html.new
mv /reports/index.html.new /reports/index.html
