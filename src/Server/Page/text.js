// Text: lines over the image and in a list, and as paragraphs.
import { copy, h } from './dom.js';
import { list } from './list.js';

export const text = {
    title: 'Text',
    route: 'v1/ocr',
    models: 'ocr',
    threshold: { label: 'Score at least', value: 0.5, min: 0, max: 1, step: 0.01, option: 'minScore' },
    ask: (state) => ({ minScore: 0, layout: layout(state) }),
    options: (state) => ({ layout: layout(state) }),
    controls: (state, { ask }) =>
        h(
            'label',
            { class: 'check' },
            h('input', {
                type: 'checkbox',
                checked: state.paragraphs,
                change: (event) => {
                    state.paragraphs = event.target.checked;
                    ask();
                },
            }),
            'Find paragraphs',
        ),

    items: (answer, state, threshold) =>
        answer.lines
            .map((line, i) => ({
                key: `line-${i}`,
                label: line.text,
                text: line.text,
                score: line.score,
                quad: line.quad,
                region: line.region,
            }))
            .filter((item) => item.score >= threshold),

    show(items) {
        const lines = items.map((i) => i.text).join('\n');
        return [
            h(
                'div',
                { class: 'row head' },
                h('h2', {}, items.length === 1 ? '1 line' : `${items.length} lines`),
                h(
                    'span',
                    { class: 'row' },
                    items.some((i) => i.region !== undefined) &&
                        h(
                            'button',
                            { type: 'button', id: 'copy-paragraphs', click: () => copy(paragraphs(items), 'Paragraphs') },
                            'Copy paragraphs',
                        ),
                    h(
                        'button',
                        {
                            type: 'button',
                            class: 'main',
                            id: 'copy-all',
                            disabled: items.length === 0,
                            click: () => copy(lines, 'Text'),
                        },
                        'Copy all',
                    ),
                ),
            ),
            items.length === 0
                ? h('p', { class: 'none' }, 'No text above this score.')
                : list(items, { bars: false, ordered: true }),
        ];
    },
    copied: (items) => items.map((i) => i.text).join('\n'),
};

const layout = (state) => (state.paragraphs && state.models.some((m) => m.id === 'picodet-x1.0-layout') ? true : undefined);

const wide = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/;

/** Lines of the same region are one paragraph; a hyphen at the end of a line goes, Chinese and Japanese join without a space. */
export function paragraphs(items) {
    let out = '';
    items.forEach((item, i) => {
        const before = items[i - 1];
        if (!before) out = item.text;
        else if (item.region === undefined || item.region !== before.region) out += `\n\n${item.text}`;
        else if (/\p{Ll}-$/u.test(out) && /^\p{Ll}/u.test(item.text)) out = out.slice(0, -1) + item.text;
        else out += (wide.test(out.at(-1)) && wide.test(item.text[0]) ? '' : ' ') + item.text;
    });
    return out;
}
