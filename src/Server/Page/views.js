// Objects, areas, classes, and all of them in one pass.
import { color, h } from './dom.js';
import { boxQuad, classChecks, list } from './list.js';
import { setOpacity, showMask } from './mask.js';
import { labelMap } from './rle.js';

const found = (detections) =>
    detections.map((d, i) => ({
        key: `object-${i}`,
        label: d.class,
        name: d.class,
        score: d.score,
        quad: boxQuad(d.box),
        color: color(d.class_id),
    }));

const named = (top) => top.map((c, i) => ({ key: `class-${i}`, label: c.class, score: c.score }));

const areas = (classes) =>
    classes.map((c, i) => ({ key: `area-${i}`, label: c.class, name: c.class, score: c.fraction, color: color(c.class_id) }));

const heading = (count, one, many) => h('h2', {}, count === 1 ? `1 ${one}` : `${count} ${many}`);

const none = (words) => h('p', { class: 'none' }, words);

export const objects = {
    title: 'Objects',
    route: 'v1/detect',
    models: 'detection',
    threshold: { label: 'Score at least', value: 0.4, min: 0.05, max: 1, step: 0.01, option: 'score' },
    ask: () => ({ score: 0.05, max: 300 }),
    items: (answer, state, threshold) => found(answer.detections).filter((i) => i.score >= threshold),
    show(items, { state, all, draw }) {
        return [
            heading(items.length, 'object', 'objects'),
            classChecks(all, state.hidden, draw),
            items.length === 0 ? none('No objects above this score.') : list(items),
        ];
    },
};

const check = ({ name }, { hidden }, draw) =>
    h('input', {
        type: 'checkbox',
        checked: !hidden.has(name),
        'aria-label': `Show ${name}`,
        click: (event) => event.stopPropagation(),
        change: (event) => {
            if (event.target.checked) hidden.delete(name);
            else hidden.add(name);
            draw();
        },
    });

const maps = new WeakMap(); // by answer

export const mask = {
    title: 'Mask',
    route: 'v1/segment',
    models: 'segmentation',
    ask: () => ({ form: 'rle' }),
    options: () => ({ form: 'rle' }),
    controls: (state) =>
        h(
            'label',
            { class: 'slider' },
            h('span', {}, 'Opacity'),
            h('output', {}, state.opacity.toFixed(2)),
            h('input', {
                id: 'opacity',
                type: 'range',
                min: 0,
                max: 1,
                step: 0.01,
                value: state.opacity,
                input: (event) => {
                    state.opacity = Number(event.target.value);
                    event.target.previousSibling.textContent = state.opacity.toFixed(2);
                    setOpacity(state.opacity);
                },
            }),
        ),
    items: (answer) => areas(answer.classes),
    show(items, { state, all, answer, draw }) {
        if (!maps.has(answer) && answer.classes.length > 0) maps.set(answer, labelMap(answer.classes.map((c) => c.rle)));
        if (maps.has(answer))
            showMask(
                maps.get(answer),
                all.map((item) => (state.hidden.has(item.name) ? null : item)),
            );
        setOpacity(state.opacity);
        return [
            heading(all.length, 'class', 'classes'),
            list(all.map((item) => ({ ...item, weak: state.hidden.has(item.name), action: check(item, state, draw) }))),
        ];
    },
};

export const classes = {
    title: 'Classes',
    route: 'v1/classify',
    models: 'classification',
    threshold: { label: 'Classes shown', value: 5, min: 1, max: 20, step: 1, option: 'top' },
    ask: () => ({ top: 20 }),
    items: (answer, state, threshold) => named(answer.top).slice(0, threshold),
    show: (items) => [h('h2', {}, items[0]?.label ?? 'Nothing'), list(items, { ordered: true })],
};

export const analyse = {
    title: 'Analyse',
    route: 'v1/analyse',
    models: 'analysis',
    threshold: { label: 'Objects: score at least', value: 0.4, min: 0.05, max: 1, step: 0.01, option: 'score' },
    ask: () => ({ score: 0.05 }),
    items: (answer, state, threshold) => [
        ...named(answer.top ?? []),
        ...found(answer.detections ?? []).filter((i) => i.score >= threshold),
        ...areas(answer.classes ?? []),
    ],
    show(items, { state, all, draw }) {
        const section = (title, prefix) => {
            const part = items.filter((i) => i.key.startsWith(prefix));
            return part.length === 0 ? [] : [h('h3', {}, title), list(part)];
        };
        return [
            h('p', { class: 'none' }, 'Every head of one network in one pass.'),
            ...section('Classes', 'class-'),
            ...section('Objects', 'object-'),
            classChecks(
                all.filter((i) => i.key.startsWith('object-')),
                state.hidden,
                draw,
            ),
            ...section('Shares of the area', 'area-'),
        ];
    },
};
