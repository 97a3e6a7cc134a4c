// The list of what was found.
import { h, percent } from './dom.js';
import { choose, linked } from './link.js';

/** A list of items: { key, label, score, shown, color, note, action, weak }. A line, where given, marks a score in every bar. */
export function list(items, { line, bars = true, ordered = false } = {}) {
    return h(
        ordered ? 'ol' : 'ul',
        { class: bars ? 'list' : 'list lines' },
        items.map((item) => row(item, line, bars)),
    );
}

function row(item, line, bars) {
    const swatch = item.color && h('i', { class: 'swatch' });
    if (swatch) swatch.style.background = item.color;
    const element = h(
        'li',
        { tabindex: -1, ...linked(item.key), click: () => choose(item.key) },
        swatch,
        h('span', { class: 'label' }, item.label),
        item.note && h('span', { class: 'note' }, item.note),
        item.score !== undefined && h('span', { class: 'score' }, item.shown ?? percent(item.score)),
        item.action,
        bars && item.score !== undefined && bar(item.score, line, item.color),
    );
    if (item.weak) element.classList.add('weak');
    return element;
}

function bar(score, line, color) {
    const value = h('span', { class: 'value' });
    value.style.width = `${Math.max(0, Math.min(1, score)) * 100}%`;
    if (color) value.style.background = color;
    const mark = line !== undefined && h('span', { class: 'mark' });
    if (mark) mark.style.left = `${Math.max(0, Math.min(1, line)) * 100}%`;
    return h('span', { class: 'bar', 'aria-hidden': 'true' }, value, mark);
}

/** Check boxes for classes, with how many there are of each. */
export function classChecks(names, hidden, changed) {
    const counts = new Map();
    for (const { name, color } of names) counts.set(name, { color, count: (counts.get(name)?.count ?? 0) + 1 });
    if (counts.size < 2 && hidden.size === 0) return null;
    return h(
        'div',
        { class: 'checks', role: 'group', 'aria-label': 'Classes' },
        [...counts].map(([name, { color, count }]) => {
            const swatch = h('i', { class: 'swatch' });
            swatch.style.background = color;
            return h(
                'label',
                {},
                h('input', {
                    type: 'checkbox',
                    checked: !hidden.has(name),
                    change: (event) => {
                        if (event.target.checked) hidden.delete(name);
                        else hidden.add(name);
                        changed();
                    },
                }),
                swatch,
                name,
                h('small', {}, String(count)),
            );
        }),
    );
}

export const boxQuad = ([x1, y1, x2, y2]) => [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
];
