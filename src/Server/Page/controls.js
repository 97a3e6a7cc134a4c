// Tabs, model and threshold.
import { $, h } from './dom.js';
import { state } from './state.js';
import { tasks, thresholdOf } from './tasks.js';

/** One tab for each task; arrows go from one to the next. */
export function showTabs(open) {
    const ids = Object.keys(tasks);
    const byArrow = (i) => (event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!by) return;
        open(ids.at((i + by) % ids.length));
        $(`tab-${state.task}`).focus();
    };
    const tab = (id, i) => {
        const on = id === state.task;
        const marks = { id: `tab-${id}`, 'aria-controls': 'panel', 'aria-selected': String(on), tabindex: on ? 0 : -1 };
        const listeners = { click: () => open(id), keydown: byArrow(i) };
        return h('button', { type: 'button', role: 'tab', ...marks, ...listeners }, tasks[id].title, h('kbd', {}, String(i + 1)));
    };
    $('tabs').replaceChildren(...ids.map(tab));
    document.title = `${tasks[state.task].title} · PPLCNet.Vision`;
}

/** What the task offers to choose; only a slider works without asking anew. */
export function showControls({ ask, draw, fail }) {
    const task = tasks[state.task];
    const parts = [task.controls?.(state, { ask, fail }), model(task, ask), task.threshold && slider(task.threshold, draw)];
    $('controls').replaceChildren(...parts.flat().filter(Boolean));
}

function model(task, ask) {
    const models = task.models ? state.models.filter((m) => m.task === task.models) : [];
    const current = state.model[state.task];
    if (models.length < 2 && !current) return null;
    const change = (event) => {
        state.model[state.task] = event.target.value || undefined;
        ask();
    };
    const option = (m) => h('option', { value: m.id, title: m.description, selected: m.id === current }, m.id);
    const choices = [h('option', { value: '' }, 'default'), models.map(option)];
    return h('label', { class: 'field' }, h('span', {}, 'Model'), h('select', { id: 'model', change }, ...choices));
}

function slider({ label, min, max, step }, draw) {
    const value = thresholdOf(state);
    const digits = step < 1 ? 2 : 0;
    const output = h('output', {}, value.toFixed(digits));
    const input = (event) => {
        state.threshold[state.task] = Number(event.target.value);
        output.textContent = state.threshold[state.task].toFixed(digits);
        draw();
    };
    const range = h('input', { id: 'threshold', type: 'range', min, max, step, value, input });
    return h('label', { class: 'slider' }, h('span', {}, label), output, range);
}
