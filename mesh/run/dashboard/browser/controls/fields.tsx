import { useEffect, useRef, useState } from 'preact/hooks';

const TYPING_PAUSE_MS = 250;

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  /** Called when the reader stops typing. */
  readonly onChange: (value: string) => void;
  /** @default false */
  readonly isNumeric?: boolean;
  /** Whether the shortcut `/` focuses the field. */
  readonly isMainSearch?: boolean;
}

/** Renders an input with its label. */
export function TextField(props: TextFieldProps) {
  const { label, value, placeholder = '', onChange, isNumeric = false, isMainSearch = false } = props;
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next), TYPING_PAUSE_MS);
  };
  return (
    <label class={isNumeric ? 'field narrow' : 'field wide'}>
      <span>{label}</span>
      <input
        type="search"
        inputMode={isNumeric ? 'decimal' : 'search'}
        value={text}
        placeholder={placeholder}
        spellcheck={false}
        autocomplete="off"
        data-search={isMainSearch}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
    </label>
  );
}

interface ChoiceFieldProps {
  readonly label: string;
  readonly value: string;
  /** Texts by value. */
  readonly choices: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}

/** Renders a select with its label. A value that is not among the choices is added to them. */
export function ChoiceField({ label, value, choices, onChange }: ChoiceFieldProps) {
  const all = choices.some(([one]) => one === value) ? choices : [...choices, [value, value] as const];
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {all.map(([one, text]) => (
          <option key={one} value={one} selected={one === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CheckFieldProps {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** Renders a checkbox with its label. */
export function CheckField({ label, isChecked, onChange }: CheckFieldProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isChecked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

/** Returns the choices of a service filter. */
export function serviceChoices(services: readonly string[]): readonly (readonly [string, string])[] {
  return [['', 'All services'], ...[...services].sort().map((name) => [name, name] as const)];
}
