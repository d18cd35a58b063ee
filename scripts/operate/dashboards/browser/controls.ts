import { byId } from './element.ts';
import type { PageState, TimeSpan } from './page-state.ts';

const THEMES = ['automatic', 'light', 'dark'] as const;
const THEME_KEY = 'weft-dashboards-theme';

export interface ControlEvents {
  readonly onRange: (range: PageState['range']) => void;
  readonly onReload: () => void;
  /** Called after the theme has changed, because charts do not follow style sheets. */
  readonly onTheme: () => void;
}

/** Connects the time range, the refresh and the theme of the page. */
export class Controls {
  readonly #range = byId<HTMLSelectElement>('range');
  readonly #span = byId<HTMLFormElement>('span');
  readonly #start = byId<HTMLInputElement>('start');
  readonly #end = byId<HTMLInputElement>('end');
  readonly #refresh = byId<HTMLSelectElement>('refresh');
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor({ onRange, onReload, onTheme }: ControlEvents) {
    this.#range.addEventListener('change', () => {
      if (this.#range.value === 'custom') this.#span.hidden = false;
      else onRange(Number(this.#range.value));
    });
    this.#span.addEventListener('submit', (event) => {
      event.preventDefault();
      const span = { start: secondsOf(this.#start.value), end: secondsOf(this.#end.value) };
      this.#end.setCustomValidity(span.end > span.start ? '' : 'The end must be after the start.');
      if (this.#span.reportValidity()) onRange(span);
    });
    this.#end.addEventListener('input', () => this.#end.setCustomValidity(''));
    byId('reload').addEventListener('click', onReload);
    const restart = () => {
      clearInterval(this.#timer);
      const seconds = Number(this.#refresh.value);
      if (seconds > 0) this.#timer = setInterval(() => !document.hidden && onReload(), seconds * 1_000);
    };
    this.#refresh.addEventListener('change', restart);
    restart();
    connectTheme(onTheme);
  }

  /** Shows the range of a state. */
  show({ range }: PageState, span: TimeSpan): void {
    const isCustom = typeof range !== 'number';
    const value = String(range);
    if (!isCustom && ![...this.#range.options].some((option) => option.value === value))
      this.#range.add(new Option(`Last ${value} s`, value));
    this.#range.value = isCustom ? 'custom' : value;
    this.#span.hidden = !isCustom;
    this.#start.value = localTime(span.start);
    this.#end.value = localTime(span.end);
  }
}

function connectTheme(onTheme: () => void): void {
  const button = byId<HTMLButtonElement>('theme');
  let theme = THEMES.find((one) => one === localStorage.getItem(THEME_KEY)) ?? 'automatic';
  const apply = () => {
    button.textContent = `Theme: ${theme}`;
    if (theme === 'automatic') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'automatic';
    localStorage.setItem(THEME_KEY, theme);
    apply();
    onTheme();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onTheme);
  apply();
}

function secondsOf(local: string): number {
  return Math.floor(new Date(local).getTime() / 1_000);
}

/** Formats a time for an input of type datetime-local, in the time zone of the browser. */
function localTime(seconds: number): string {
  const date = new Date(seconds * 1_000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
