// The tasks: what each asks for once, what it shows by default (as the command does), and how its answer is drawn.
import { text } from './text.js';
import { objects, mask, classes, analyse } from './views.js';
import { search } from './search.js';

export const tasks = { text, objects, mask, classes, search, analyse };

/** The default of the visible threshold. */
export const thresholdOf = (state, task = tasks[state.task]) =>
    state.threshold[state.task] ?? task.learned?.(state) ?? task.threshold?.value;
