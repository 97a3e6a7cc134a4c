// What the reader has chosen. The address keeps it, so that a link opens the same view (without the image).

export const state = {
    task: 'text',
    model: {}, // by task
    threshold: {}, // by task
    gallery: '',
    opacity: 0.4,
    paragraphs: true,
    hidden: new Set(), // names of classes
    image: null, // { file, name, url }
    models: [],
};

export function readHash(tasks) {
    const hash = new URLSearchParams(location.hash.slice(1));
    const task = hash.get('task');
    if (task in tasks) state.task = task;
    const model = hash.get('model');
    state.model[state.task] = model && /^[\w.-]+$/.test(model) ? model : undefined;
    const threshold = Number.parseFloat(hash.get('threshold'));
    if (threshold >= -1 && threshold <= 100) state.threshold[state.task] = threshold;
    if (hash.has('gallery')) state.gallery = hash.get('gallery');
}

export function writeHash() {
    const hash = new URLSearchParams({ task: state.task });
    if (state.model[state.task]) hash.set('model', state.model[state.task]);
    if (state.threshold[state.task] !== undefined) hash.set('threshold', state.threshold[state.task]);
    if (state.task === 'search' && state.gallery) hash.set('gallery', state.gallery);
    if (location.hash.slice(1) !== hash.toString()) history.replaceState(null, '', `#${hash}`);
}
