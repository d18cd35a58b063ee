/** A shortcut of the keyboard, for the page and its help. */
export interface Shortcut {
  /** One key, or two that are pressed one after the other: `g t`. */
  readonly keys: string;
  readonly text: string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: 'g g', text: 'Show the graph' },
  { keys: 'g p', text: 'Show the processes' },
  { keys: 'g t', text: 'Show the traces' },
  { keys: 'g l', text: 'Show the logs' },
  { keys: 'g m', text: 'Show the metrics' },
  { keys: '/', text: 'Focus the search' },
  { keys: 'j', text: 'Move to the next item of a list' },
  { keys: 'k', text: 'Move to the previous item of a list' },
  { keys: 'Enter', text: 'Open the item' },
  { keys: 'Escape', text: 'Close the panel or the dialog' },
  { keys: 'r', text: 'Refresh' },
  { keys: '.', text: 'Pause or resume live updates' },
  { keys: 'e', text: 'Export the data' },
  { keys: '?', text: 'Show the shortcuts' },
];

/** Time within which the second key of a shortcut must follow. */
const SEQUENCE_MS = 1_200;

/** Recognizes shortcuts in a sequence of keys. */
export class ShortcutReader {
  #prefix = '';
  #prefixTime = 0;

  /**
   * Returns the shortcut that a key completes, or undefined.
   * @param time in milliseconds
   */
  read(key: string, time: number): string | undefined {
    const sequence =
      this.#prefix !== '' && time - this.#prefixTime <= SEQUENCE_MS ? `${this.#prefix} ${key}` : key;
    this.#prefix = '';
    if (SHORTCUTS.some(({ keys }) => keys === sequence)) return sequence;
    if (SHORTCUTS.some(({ keys }) => keys.startsWith(`${key} `))) {
      this.#prefix = key;
      this.#prefixTime = time;
    }
    return undefined;
  }
}
