// Many images: a few at a time, waiting when the server says so, answers as JSON lines in the form of the command.
import { call } from './api.js';
import { $, h } from './dom.js';

const AtOnce = 4;
const LongestWait = 30;

let running = null;

/** Asks for every file. A click on a row opens it. */
export async function runBatch(files, { title, route, query }, open) {
    running?.abort();
    const control = (running = new AbortController());
    const answers = new Array(files.length);
    const counts = { done: 0, failed: 0 };
    const rows = files.map((file) =>
        h(
            'li',
            { class: 'waiting' },
            h('button', { type: 'button', class: 'quiet', click: () => open({ file, name: nameOf(file) }) }, nameOf(file)),
            h('span', { class: 'note' }, 'waiting'),
        ),
    );
    const bar = h('progress', { max: files.length, value: 0, 'aria-label': 'Progress' });
    const words = h('span', {}, `0 of ${files.length}`);
    const save = h('button', { type: 'button', class: 'main', disabled: true, click: () => download(answers) }, 'JSON lines');
    const stop = h('button', { type: 'button', click: () => control.abort() }, 'Stop');
    $('batch').hidden = false;
    $('batch').replaceChildren(
        h('div', { class: 'row head' }, h('h2', {}, `${title}: ${files.length} files`), h('span', { class: 'row' }, stop, save)),
        h('div', { class: 'row' }, bar, words),
        h('ol', {}, rows),
    );

    let next = 0;
    const worker = async () => {
        while (next < files.length && !control.signal.aborted) {
            const i = next++;
            const tell = (state, text) => {
                rows[i].className = state;
                rows[i].lastChild.textContent = text;
            };
            try {
                const answer = await patiently(files[i], route, query, control.signal, tell);
                answers[i] = { file: nameOf(files[i]), ...answer };
                tell('done', 'done');
                counts.done++;
            } catch (error) {
                if (control.signal.aborted) {
                    tell('waiting', 'stopped');
                    break;
                }
                answers[i] = { file: nameOf(files[i]), error: error.detail || error.message };
                tell('failed', error.detail || error.message);
                counts.failed++;
            }
            bar.value = counts.done + counts.failed;
            words.textContent = `${bar.value} of ${files.length}${counts.failed ? `, ${counts.failed} failed` : ''}`;
        }
    };
    await Promise.all(Array.from({ length: Math.min(AtOnce, files.length) }, worker));
    stop.remove();
    save.disabled = counts.done + counts.failed === 0;
}

async function patiently(file, route, query, signal, tell) {
    for (;;) {
        tell('busy', 'asking');
        try {
            return (await call(route, { method: 'POST', query, body: file, type: 'application/octet-stream', signal })).data;
        } catch (error) {
            if (error.status !== 429 && error.status !== 503) throw error;
            const seconds = Math.min(LongestWait, Math.max(1, error.retryAfter || 1));
            tell('busy', `server is busy, again in ${seconds} s`);
            await new Promise((resolve) => {
                setTimeout(resolve, seconds * 1000);
            });
            signal.throwIfAborted();
        }
    }
}

const nameOf = (file) => file.path || file.webkitRelativePath || file.name;

function download(answers) {
    const lines = answers.filter(Boolean).map((a) => `${JSON.stringify(a)}\n`);
    const url = URL.createObjectURL(new Blob(lines, { type: 'application/x-ndjson' }));
    h('a', { href: url, download: 'answers.jsonl' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
}
