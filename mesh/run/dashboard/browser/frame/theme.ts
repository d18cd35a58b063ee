import { ObservableValue } from '../state/observable-value.ts';

export const THEMES = ['automatic', 'light', 'dark'] as const;
export type PageTheme = (typeof THEMES)[number];

const THEME_KEY = 'weft-live-theme';

/** The theme that the reader has chosen. */
export const theme = new ObservableValue<PageTheme>(readTheme());
/** Increases when colors change, because charts do not follow style sheets. */
export const colorGeneration = new ObservableValue(0);

/** Applies the theme that the reader has chosen, and follows the preference of the system. */
export function startTheme(): void {
  applyTheme();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme);
}

/** Changes to the next theme, and remembers it in the browser. */
export function nextTheme(): void {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'automatic';
  theme.set(next);
  try {
    localStorage.setItem(THEME_KEY, next);
  } catch {
    // Without storage, the theme lasts as long as the page.
  }
  applyTheme();
}

function applyTheme(): void {
  const { dataset } = document.documentElement;
  if (theme.value === 'automatic') delete dataset.theme;
  else dataset.theme = theme.value;
  colorGeneration.set(colorGeneration.value + 1);
}

function readTheme(): PageTheme {
  try {
    return THEMES.find((one) => one === localStorage.getItem(THEME_KEY)) ?? 'automatic';
  } catch {
    return 'automatic';
  }
}
