import { ShortcutReader } from './shortcuts.ts';

type KeyAction = () => void;

const actions = new Map<string, KeyAction[]>();
const reader = new ShortcutReader();

/**
 * Runs an action for a shortcut, in place of earlier ones. Returns a function that removes it.
 * @param isFallback whether any other action for the shortcut replaces this one
 */
export function onShortcut(keys: string, action: KeyAction, isFallback = false): () => void {
  const others = actions.get(keys) ?? [];
  actions.set(keys, isFallback ? [action, ...others] : [...others, action]);
  return () => {
    actions.set(keys, actions.get(keys)?.filter((one) => one !== action) ?? []);
  };
}

/**
 * Starts to listen for shortcuts. Keys that are typed into a field, or with Ctrl, Alt or Meta, are ignored. An open dialog
 * handles its keys itself.
 */
export function startKeyboard(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) && event.key !== 'Escape') return;
    if (event.key !== '?' && document.querySelector('dialog[open]')) return;
    const keys = reader.read(event.key, event.timeStamp);
    const action = keys === undefined ? undefined : actions.get(keys)?.at(-1);
    if (!action) return;
    // Enter activates the focused element by itself.
    if (event.key !== 'Enter') event.preventDefault();
    action();
  });
}

/** Focuses the next or the previous item of the list of the view: elements with the attribute `data-item`. */
export function moveInList(step: 1 | -1): void {
  const items = [...document.querySelectorAll<HTMLElement>('main [data-item]')];
  const current = items.findIndex((item) => item.contains(document.activeElement));
  const target = current < 0 ? items[0] : items[Math.min(Math.max(current + step, 0), items.length - 1)];
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
}

/** Focuses the search of the view. */
export function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>('main [data-search=true]');
  field?.focus();
  field?.select();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:TEXTAREA|SELECT)$/.test(target.tagName) || isTextInput(target))
  );
}

function isTextInput(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && !/^(?:checkbox|radio|button|file|submit)$/.test(target.type);
}
