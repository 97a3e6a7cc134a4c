// Where the time went, from the header Server-Timing.
import { $, h } from './dom.js';

const stages = ['queue', 'decode', 'preprocess', 'run', 'postprocess'];

const milliseconds = (ms) =>
    ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** The header as names and milliseconds. */
export function parse(header) {
    const times = {};
    for (const part of (header ?? '').split(',')) {
        const match = /^\s*([\w-]+);dur=([\d.]+)/.exec(part);
        if (match) times[match[1]] = Number(match[2]);
    }
    return times;
}

/** One stacked bar: the stages, what else the server did (such as loading a model), and the way there and back. */
export function showTiming(header, elapsed) {
    const times = parse(header);
    const parts = stages.map((name) => ({ name, ms: times[name] ?? 0 }));
    const known = parts.reduce((sum, p) => sum + p.ms, 0);
    const server = Math.max(known, times.total ?? 0);
    parts.push({ name: 'other', ms: server - known }, { name: 'network', ms: Math.max(0, elapsed - server) });
    const whole = parts.reduce((sum, p) => sum + p.ms, 0) || 1;
    const bar = h('div', {
        class: 'stack',
        role: 'img',
        'aria-label': parts.map((p) => `${p.name} ${milliseconds(p.ms)}`).join(', '),
    });
    for (const { name, ms } of parts) {
        const piece = h('i', { class: `t-${name}`, title: `${name} ${milliseconds(ms)}` });
        piece.style.width = `${(ms / whole) * 100}%`;
        bar.append(piece);
    }
    $('timing').hidden = false;
    $('timing').replaceChildren(
        bar,
        h(
            'p',
            {},
            h('b', {}, milliseconds(elapsed)),
            parts
                .filter((p) => p.ms >= 0.05)
                .map((p) => h('span', {}, h('i', { class: `swatch t-${p.name}` }), `${p.name} ${milliseconds(p.ms)}`)),
        ),
    );
}
