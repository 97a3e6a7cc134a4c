// COCO's compressed run lengths.

/** The lengths of the runs, zeros first. */
export function runs(text) {
    const counts = [];
    for (let at = 0; at < text.length;) {
        let value = 0;
        let more = true;
        for (let shift = 0; more; shift += 5) {
            const c = text.charCodeAt(at++) - 48;
            value |= (c & 0x1f) << shift;
            more = (c & 0x20) !== 0;
            if (!more && c & 0x10) value |= -1 << (shift + 5);
        }
        if (counts.length > 2) value += counts[counts.length - 2];
        counts.push(value);
    }
    return counts;
}

/**
 * A map of labels from the runs of every class: 0 is none, i + 1 is class i. Large images are thinned out to about two
 * megapixels.
 */
export function labelMap(rles) {
    const [height, width] = rles[0].size;
    const step = Math.max(1, Math.ceil(Math.sqrt((width * height) / 2e6)));
    const map = { width: Math.ceil(width / step), height: Math.ceil(height / step) };
    map.labels = new Uint8Array(map.width * map.height);
    rles.forEach((rle, index) => {
        let at = 0;
        runs(rle.counts).forEach((count, i) => {
            if (i % 2 === 1) paint(map, step, height, at, at + count, index + 1);
            at += count;
        });
    });
    return map;
}

// Runs go down the columns.
function paint(map, step, height, from, to, label) {
    for (let x = Math.floor(from / height); x * height < to; x++) {
        if (x % step !== 0) continue;
        const top = Math.max(0, from - x * height);
        const bottom = Math.min(height, to - x * height);
        for (let y = Math.ceil(top / step); y * step < bottom; y++) {
            map.labels[y * map.width + x / step] = label;
        }
    }
}
