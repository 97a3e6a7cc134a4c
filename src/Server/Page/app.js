// Puts the parts together: choices and an image lead to one request; everything else is drawn from its answer.
import { call } from './api.js';
import { runBatch } from './batch.js';
import { showControls, showTabs } from './controls.js';
import { $, copy, h } from './dom.js';
import { version } from './galleries.js';
import { listen } from './intake.js';
import { listenKeys } from './keys.js';
import { choose, chosen, relight } from './link.js';
import { showSnippet } from './snippet.js';
import { clear, draw as drawOver, showImage } from './stage.js';
import { readHash, state, writeHash } from './state.js';
import { tasks, thresholdOf } from './tasks.js';
import { showTiming } from './timing.js';

let seen = []; // the visible items
let turn = null; // the request under way
let picked = false; // whether the reader has chosen a task

const task = () => tasks[state.task];
const named = () => state.image?.name ?? 'image.jpg';

/** The query with which the API shows what is seen. */
function options() {
    const t = task();
    const shown = t.threshold && { [t.threshold.option]: state.threshold[state.task] };
    return { model: state.model[state.task], ...t.options?.(state), ...shown };
}

const tabs = () => showTabs(open);

function open(id) {
    picked = true;
    state.task = id;
    state.hidden.clear();
    choose(null);
    tabs();
    ask();
}

async function ask() {
    const t = task();
    turn?.abort();
    const control = (turn = new AbortController());
    const late = () => control !== turn;
    $('problem').hidden = true;
    try {
        await t.prepare?.(state);
        if (late()) return;
        showControls({ ask, draw, fail });
        $('request').hidden = t.ready?.(state) === false;
        if (t.ready?.(state) === false || !state.image) {
            blank(t);
            return;
        }
        const query = { model: state.model[state.task], ...t.ask(state) };
        const key = JSON.stringify([t.route, query, t.prepare && version]);
        const { answers, file } = state.image;
        if (!answers.has(key)) {
            document.body.classList.add('busy');
            const { data, response, elapsed } = await call(t.route, {
                method: 'POST',
                query,
                body: file,
                type: 'application/octet-stream',
                signal: control.signal,
            });
            answers.set(key, { data, timing: response.headers.get('Server-Timing'), elapsed });
            if (late()) return;
        }
        state.image.answer = answers.get(key);
        draw();
    } catch (error) {
        if (!late() && error.name !== 'AbortError') fail(error);
    } finally {
        if (!late()) document.body.classList.remove('busy');
    }
}

function blank(t) {
    seen = [];
    clear();
    writeHash();
    $('timing').hidden = $('raw').hidden = true;
    $('answer').replaceChildren(
        t.ready?.(state) === false ? t.waiting() : h('p', { class: 'none' }, 'The answer appears here. Try one of the examples.'),
    );
    showSnippet(t.route, options(), named());
}

/** Draws the answer there is; asks for nothing. */
function draw() {
    writeHash();
    showSnippet(task().route, options(), named());
    if (!state.image?.answer) return;
    const { data, timing, elapsed } = state.image.answer;
    const threshold = thresholdOf(state);
    const all = task().items(data, state, threshold);
    seen = all.filter((item) => !state.hidden.has(item.name));
    $('mask').hidden = true;
    drawOver(seen, data.width, data.height);
    $('answer').replaceChildren(
        ...task().show(seen, { state, all, answer: data, threshold, image: state.image, draw, ask, fail }).flat().filter(Boolean),
    );
    relight();
    showTiming(timing, elapsed);
    $('raw').hidden = false;
    $('json').textContent = JSON.stringify(data, null, 1);
}

function fail(error) {
    if (state.image) state.image.answer = null;
    seen = [];
    clear();
    $('answer').replaceChildren();
    $('timing').hidden = $('raw').hidden = true;
    const fields = Object.entries(error.errors ?? {});
    $('problem').hidden = false;
    $('problem').replaceChildren(
        h('h2', {}, error.title ?? 'Error'),
        h('p', {}, error.detail ?? error.message),
        ...fields.map(([name, texts]) => h('p', {}, h('code', {}, name), ` ${[texts].flat().join('; ')}`)),
        h('p', { class: 'note' }, error.requestId ? `Request ${error.requestId}` : ''),
        h('button', { type: 'button', click: ask }, 'Try again'),
    );
}

async function show(image, suggested) {
    if (state.image) URL.revokeObjectURL(state.image.url);
    state.image = { ...image, url: URL.createObjectURL(image.file), answers: new Map(), answer: null };
    if (suggested && !picked) state.task = suggested;
    choose(null);
    state.hidden.clear();
    tabs();
    $('answer').replaceChildren();
    await showImage(state.image);
    await ask();
}

async function start() {
    picked = location.hash.length > 1;
    readHash(tasks);
    tabs();
    listen(show, (files) => runBatch(files, { title: task().title, route: task().route, query: options() }, show));
    listenKeys({
        task: (i) => open(Object.keys(tasks)[i]),
        copy: () => {
            const item = seen.find((i) => i.key === chosen());
            const text = item?.label ?? task().copied?.(seen) ?? seen.map((i) => i.label).join('\n');
            if (text) copy(text, item ? 'Find' : 'Everything');
        },
    });
    addEventListener('hashchange', () => {
        readHash(tasks);
        tabs();
        ask();
    });
    try {
        state.models = (await call('v1/models')).data.data;
    } catch (error) {
        fail(error);
        return;
    }
    await ask();
}

start();
