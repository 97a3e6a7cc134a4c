// Search in a gallery, and teaching it: "add this as", "not this".
import { h, toast } from './dom.js';
import { list } from './list.js';
import { add, galleries, load, make, refresh, remove } from './galleries.js';

const current = (state) => galleries.find((g) => g.name === state.gallery);

export const search = {
    title: 'Search',
    route: 'v1/search',
    threshold: { label: 'Unknown below', value: 0.5, min: -0.2, max: 1, step: 0.01, option: 'threshold' },
    learned: (state) => current(state)?.threshold,
    prepare: async (state) => {
        await load();
        if (!current(state)) state.gallery = galleries[0]?.name ?? '';
        await refresh(state.gallery);
    },
    ready: (state) => state.gallery !== '',
    waiting: () => h('p', { class: 'none' }, 'Make a gallery above, then add images to it: two labels are enough to begin.'),
    ask: (state) => ({ gallery: state.gallery, k: 50 }),
    options: (state) => ({ gallery: state.gallery }),

    controls(state, { ask, fail }) {
        const choice = h(
            'select',
            {
                id: 'gallery',
                change: (event) => {
                    state.gallery = event.target.value;
                    delete state.threshold.search;
                    ask();
                },
            },
            galleries.length === 0 && h('option', { value: '' }, 'none yet'),
            galleries.map((g) =>
                h(
                    'option',
                    { value: g.name, selected: g.name === state.gallery },
                    g.items === undefined ? g.name : `${g.name} (${g.items})`,
                ),
            ),
        );
        const name = h('input', {
            id: 'gallery-name',
            placeholder: 'new-gallery',
            'aria-label': 'Name of a new gallery',
            pattern: '[A-Za-z0-9_\\-]{1,64}',
            required: true,
            autocomplete: 'off',
        });
        return [
            h('label', { class: 'field' }, h('span', {}, 'Gallery'), choice),
            h(
                'form',
                {
                    class: 'row grow',
                    submit: async (event) => {
                        event.preventDefault();
                        try {
                            await make(name.value);
                            state.gallery = name.value;
                            ask();
                        } catch (error) {
                            fail(error);
                        }
                    },
                },
                name,
                h('button', { id: 'gallery-make' }, 'Make'),
            ),
        ];
    },

    items: (answer, state, threshold) =>
        (answer.objects[0]?.matches ?? []).map((m) => ({
            key: `item-${m.id}`,
            id: m.id,
            label: m.label,
            note: `#${m.id}`,
            score: m.score,
            shown: m.score.toFixed(2),
            weak: m.score < threshold,
        })),

    show(items, { state, threshold, image, ask, fail }) {
        const best = items[0];
        const known = best && best.score >= threshold;
        const learned = current(state)?.threshold;
        const taught = async (what, message, undo) => {
            try {
                const back = await what();
                toast(message, undo && 'Undo', undo && (() => taught(() => undo(back), 'Restored')));
                await ask();
            } catch (error) {
                fail(error);
            }
        };
        for (const item of items) {
            item.action = h(
                'button',
                {
                    type: 'button',
                    class: 'quiet small',
                    'aria-label': `Not this: remove ${item.label} ${item.id}`,
                    click: (event) => {
                        event.stopPropagation();
                        taught(
                            () => remove(state.gallery, item.id),
                            `${item.label} #${item.id} removed`,
                            (restore) => restore(),
                        );
                    },
                },
                'Not this',
            );
        }
        const label = h('input', {
            id: 'teach-label',
            required: true,
            placeholder: 'label',
            'aria-label': 'Label',
            list: 'labels',
            autocomplete: 'off',
            value: known ? best.label : '',
        });
        const labels = [...new Set(items.map((i) => i.label))];
        return [
            h(
                'div',
                { class: 'verdict' },
                h('h2', {}, known ? best.label : 'Unknown'),
                h('p', { class: 'note' }, verdict(items, threshold, learned)),
            ),
            h(
                'form',
                {
                    class: 'row grow teach',
                    submit: (event) => {
                        event.preventDefault();
                        const as = label.value.trim();
                        if (as) taught(() => add(state.gallery, image.file, as), `Added as ${as}`);
                    },
                },
                h('span', {}, 'Add this as'),
                label,
                h(
                    'datalist',
                    { id: 'labels' },
                    labels.map((l) => h('option', { value: l })),
                ),
                h('button', { class: 'main', id: 'teach' }, 'Add'),
            ),
            items.length > 0 && list(items, { line: threshold }),
        ];
    },
};

function verdict(items, threshold, learned) {
    if (items.length === 0) return 'The gallery is empty: add this image as the first.';
    const source =
        learned === undefined
            ? 'a threshold is learned once there are two labels'
            : Math.abs(learned - threshold) < 0.005
              ? 'the threshold was learned from the gallery'
              : `learned from the gallery: ${learned.toFixed(2)}`;
    return `Matches below ${threshold.toFixed(2)} are unknown; ${source}.`;
}
