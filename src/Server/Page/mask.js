// The areas of classes as a picture of their colors.
import { $ } from './dom.js';
import { choose, chosen, hover, onLight } from './link.js';

let map = null;
let classes = []; // { key, color } in the order of the labels

/** Shows a map of labels; hidden classes have no color. */
export function showMask(labels, shown) {
    map = labels;
    classes = shown;
    paint(chosen());
}

/** The share of the color; needs no painting. */
export function setOpacity(value) {
    $('mask').style.opacity = value;
}

function paint(lit) {
    const canvas = $('mask');
    canvas.hidden = false;
    Object.assign(canvas, { width: map.width, height: map.height });
    const context = canvas.getContext('2d');
    const picture = context.createImageData(map.width, map.height);
    const pixels = new Uint32Array(picture.data.buffer);
    const some = classes.some((c) => c?.key === lit);
    const paints = [0, ...classes.map((c) => (c ? word(c.color, some && c.key !== lit ? 40 : 255) : 0))];
    for (let i = 0; i < pixels.length; i++) pixels[i] = paints[map.labels[i]];
    context.putImageData(picture, 0, 0);
}

// #rrggbb as the bytes of a pixel, on little-endian machines.
function word(hex, alpha) {
    const rgb = Number.parseInt(hex.slice(1), 16);
    return ((alpha << 24) | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}

function keyAt(event) {
    const box = $('mask').getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * map.width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * map.height);
    return classes[map.labels[y * map.width + x] - 1]?.key ?? null;
}

let last = null;
$('mask').addEventListener('pointermove', (event) => {
    const key = keyAt(event);
    if (key !== last) hover((last = key));
});
$('mask').addEventListener('pointerleave', () => hover((last = null)));
$('mask').addEventListener('click', (event) => choose(keyAt(event)));
onLight((key) => {
    if (map && !$('mask').hidden) paint(key);
});
