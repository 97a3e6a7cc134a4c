// How images come in: pasted, dropped, chosen, photographed, or from the examples.
import { base } from './api.js';
import { $, h } from './dom.js';

const examples = [
    { file: 'page.png', title: 'A page of text', task: 'text' },
    { file: 'motorcycle.jpg', title: 'A motorcycle', task: 'objects', credit: 'D. Scharstein, Middlebury, CC0' },
    { file: 'temple.jpg', title: 'A temple', task: 'mask', credit: 'photo: D. Buechele, CC BY 2.0' },
];

/** Listens; one image goes to `one`, several files to `many`. */
export function listen(one, many) {
    const take = (files) => {
        const list = [...files];
        if (list.length === 1) one({ file: list[0], name: list[0].name || 'pasted.png' });
        else if (list.length > 1) many(list);
    };
    for (const [button, input] of [
        ['choose', 'file'],
        ['empty', 'file'],
        ['photo', 'camera'],
        ['folder', 'directory'],
    ]) {
        $(button).addEventListener('click', () => $(input).click());
    }
    for (const input of ['file', 'camera', 'directory']) {
        $(input).addEventListener('change', (event) => {
            const files = [...event.target.files];
            event.target.value = '';
            if (input === 'directory') many(files.filter((f) => isImage(f)));
            else take(files);
        });
    }
    document.addEventListener('paste', (event) => {
        if (event.clipboardData.files.length === 0) return; // text for an input
        event.preventDefault();
        take(event.clipboardData.files);
    });
    drop(take, many);
    $('examples').replaceChildren(
        ...examples.map((example) =>
            h(
                'button',
                {
                    type: 'button',
                    class: 'example',
                    title: [example.title, example.credit].filter(Boolean).join(', '),
                    'data-example': example.file,
                    click: async () => one({ ...(await fetchExample(example.file)), credit: example.credit }, example.task),
                },
                h('img', { src: new URL(`ui/${example.file}`, base).href, alt: example.title, width: 44, height: 32 }),
            ),
        ),
    );
}

async function fetchExample(name) {
    const response = await fetch(new URL(`ui/${name}`, base));
    return { file: new File([await response.blob()], name, { type: response.headers.get('Content-Type') }), name };
}

function drop(take, many) {
    let depth = 0;
    const mark = (on) => document.body.classList.toggle('dropping', on);
    document.addEventListener('dragenter', (event) => {
        event.preventDefault();
        depth++;
        mark(true);
    });
    document.addEventListener('dragleave', () => {
        depth--;
        mark(depth > 0);
    });
    document.addEventListener('dragover', (event) => event.preventDefault());
    document.addEventListener('drop', async (event) => {
        event.preventDefault();
        depth = 0;
        mark(false);
        // Entries have to be taken before anything is waited for.
        const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
        if (entries.some((entry) => entry.isDirectory)) {
            many((await Promise.all(entries.map(walk))).flat().filter((f) => isImage(f)));
        } else {
            take(event.dataTransfer.files);
        }
    });
}

const isImage = (file) => file.type.startsWith('image/') || /\.(jpe?g|png|webp|bmp|gif|tiff?)$/i.test(file.name);

async function walk(entry) {
    if (entry.isFile) {
        const file = await new Promise((resolve, reject) => {
            entry.file(resolve, reject);
        });
        file.path = entry.fullPath.replace(/^\//, '');
        return [file];
    }
    const reader = entry.createReader();
    const children = [];
    for (;;) {
        // a reader gives some hundred at a time
        const part = await new Promise((resolve, reject) => {
            reader.readEntries(resolve, reject);
        });
        if (part.length === 0) break;
        children.push(...part);
    }
    return (await Promise.all(children.map(walk))).flat();
}
