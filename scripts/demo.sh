#!/usr/bin/env bash
# Sets everything up, runs every task on the images of samples/, and writes out/index.html to look at. Usage: scripts/demo.sh
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
out=out
rm -rf "$out"
mkdir -p "$out"
page=$out/index.html
cat > "$page" <<'HTML'
<!doctype html><meta charset="utf-8"><title>PPLCNet.Vision</title>
<style>
body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
img{max-width:100%;border:1px solid #ccc}
pre{background:#f4f4f4;padding:1em;overflow:auto}
</style>
<h1>PPLCNet.Vision on the sample images</h1>
HTML

# show HEADING COMMAND...: runs a command; its output appears on the terminal and on the page.
show() {
    local heading=$1
    shift
    echo
    echo "== $heading: ./pplcnet $*"
    ./pplcnet "$@" 2>&1 | tee "$out/last.txt"
    {
        echo "<h2>$heading</h2><pre>./pplcnet $*"
        echo
        sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' "$out/last.txt"
        echo "</pre>"
    } >> "$page"
}
image() { echo "<p><img src=\"$1\" alt=\"$1\"></p>" >> "$page"; }

show "Text in a photo" ocr samples/page.png --draw "$out/page.png"
image page.png
show "Text of a page" ocr samples/report.png --draw "$out/report.png"
image report.png
show "Everyday objects" detect samples/motorcycle.jpg --draw "$out/motorcycle.png"
image motorcycle.png
show "Page layout" detect samples/report.png --model picodet-x1.0-layout --draw "$out/layout.png"
image layout.png
show "Segmentation (street scene classes)" segment samples/temple.jpg --draw "$out/temple.png"
image temple.png
show "Orientation of a page" classify samples/page.png --model pplcnet-x1.0-doc-ori --top 2
show "Embeddings" embed samples/coffee.jpg samples/cat.jpg --npy "$out/embeddings.npy"
show "A gallery of images" index build --labels samples/labels.tsv --index "$out/samples.gallery"
show "What the figure on the page shows, according to the gallery" search samples/report.png --index "$out/samples.gallery" \
    --detector picodet-x1.0-layout --classes figure --k 3 --threshold 0.5 --draw "$out/named.png"
image named.png
show "Every head of one backbone in one pass (classes, nearest items, objects, street-scene mask)" \
    analyse samples/temple.jpg --index "$out/samples.gallery" --k 2 --top 2 --draw "$out/analysed.png"
image analysed.png
rm -f "$out/last.txt"
echo
echo "Look at $page"
