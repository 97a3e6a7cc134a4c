// The image, and what was found drawn over it.
import { $, h, percent, svg } from './dom.js';
import { choose, linked } from './link.js';

let size = { width: 1, height: 1 };
let wide = false;

/** Shows an image; false where the browser cannot. */
export async function showImage({ url, name, credit }) {
    const image = $('image');
    clear();
    image.src = url;
    image.alt = name;
    $('empty').hidden = true;
    $('frame').hidden = false;
    let works = true;
    try {
        await image.decode();
        size = { width: image.naturalWidth, height: image.naturalHeight };
    } catch {
        works = false;
        $('frame').hidden = true;
        $('empty').hidden = false;
    }
    $('caption').textContent = works
        ? [name, `${size.width} × ${size.height}`, credit].filter(Boolean).join(' · ')
        : `${name} · not an image that this browser shows`;
    fit();
    return works;
}

/** Takes everything off the image. */
export function clear() {
    $('overlay').replaceChildren();
    $('words').replaceChildren();
    $('tags').replaceChildren();
    $('mask').hidden = true;
}

/** Draws shapes in the order of the items, larger ones first, so that small ones can be reached. */
export function draw(items, width, height) {
    size = { width, height };
    const overlay = $('overlay');
    overlay.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const area = (points) => Math.abs((points[2][0] - points[0][0]) * (points[2][1] - points[0][1]));
    const inside = (p) => [Math.min(width, Math.max(0, p[0])), Math.min(height, Math.max(0, p[1]))]; // boxes may leave the image
    const shapes = items
        .filter((i) => i.quad)
        .sort((a, b) => area(b.quad) - area(a.quad))
        .map((item) => {
            const shape = svg('polygon', {
                points: item.quad.map(inside).join(' '),
                role: 'button',
                tabindex: -1,
                'aria-label': item.label,
                ...linked(item.key),
                click: () => choose(item.key),
            });
            if (item.color) shape.style.setProperty('--c', item.color);
            return shape;
        });
    overlay.replaceChildren(...shapes);
    const tags = items.filter((i) => i.quad && !i.text);
    $('frame').classList.toggle('many', tags.length > 12); // then only the tag of the current one shows
    $('tags').replaceChildren(...tags.map((item) => tag(item, ...inside(item.quad[0]))));
    $('words').replaceChildren(...items.filter((i) => i.text).map(word));
    fit();
}

function tag(item, x, y) {
    const label = h('span', { 'data-key': item.key }, `${item.label} ${percent(item.score)}`);
    label.style.left = `${(x / size.width) * 100}%`;
    label.style.top = `${(y / size.height) * 100}%`;
    label.style.background = item.color;
    return label;
}

const pen = document.createElement('canvas').getContext('2d');

// Each line lies as transparent text over its place, stretched to its width: it selects as in a PDF.
function word(item) {
    const [a, b, , d] = item.quad;
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const high = Math.max(1, Math.hypot(d[0] - a[0], d[1] - a[1]));
    pen.font = `${high * 0.8}px sans-serif`;
    const stretch = length / Math.max(1, pen.measureText(item.text).width);
    const line = h('div', { ...linked(item.key), click: () => getSelection().isCollapsed && choose(item.key) }, `${item.text}\n`);
    line.style.font = `${high * 0.8}px/${high}px sans-serif`;
    const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
    line.style.transform = `translate(${a[0]}px, ${a[1]}px) rotate(${angle}rad) scaleX(${stretch})`;
    return line;
}

/** Lets the image fill the place there is: the window, or the width. */
export function fit() {
    const well = $('well');
    const style = getComputedStyle(well);
    const room = well.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    const high = Math.max(260, innerHeight - (innerWidth > 860 ? 250 : 360));
    const scale = Math.min(room / size.width, wide ? Infinity : high / size.height, 3);
    $('frame').style.width = `${Math.floor(size.width * scale)}px`;
    $('frame').style.height = `${Math.floor(size.height * scale)}px`;
    $('words').style.width = `${size.width}px`;
    $('words').style.height = `${size.height}px`;
    $('words').style.transform = `scale(${scale})`;
}

/** Between the whole image and its full width. */
export function zoom() {
    wide = !wide;
    fit();
}

addEventListener('resize', fit);
