import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ConsoleLine } from '../../api/views.ts';
import { CheckField, ChoiceField, TextField } from '../controls/fields.tsx';
import { memo } from '../controls/memo.tsx';
import { useVisibleRows } from '../controls/use-visible-rows.ts';
import { formatNumberOf } from '../format/figures.ts';
import { formatClock } from '../format/times.ts';
import { liveState } from '../state/live-state.ts';
import { openRoute } from '../state/navigation.ts';
import { useObservable } from '../state/use-observable.ts';

interface ConsoleViewProps {
  /** Null shows the output of all processes. */
  readonly process: string | null;
  readonly names: readonly string[];
}

const LINE_HEIGHT = 20;
/** Distance from the end within which the reader is at the end, in CSS pixels. */
const END_DISTANCE = 30;

/** Shows the newest lines that processes wrote to their output, and follows them until the reader scrolls up. */
export function ConsoleView({ process, names }: ConsoleViewProps) {
  const all = useObservable(liveState.lines);
  const [filter, setFilter] = useState('');
  const [isFollowing, setFollowing] = useState(true);
  const box = useRef<HTMLElement>(null);
  const lines = useMemo(() => {
    const text = filter.toLowerCase();
    return all.filter(
      (line) =>
        (process === null || line.process === process) &&
        (text === '' || line.text.toLowerCase().includes(text)),
    );
  }, [all, process, filter]);
  const { first, end } = useVisibleRows(box, LINE_HEIGHT, lines.length);
  useLayoutEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, isFollowing]);
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    let before = node.scrollTop;
    const update = () => {
      const isAtEnd = node.scrollHeight - node.scrollTop - node.clientHeight < END_DISTANCE;
      // New lines move the end away without a movement of the reader.
      if (isAtEnd) setFollowing(true);
      else if (node.scrollTop < before) setFollowing(false);
      before = node.scrollTop;
    };
    node.addEventListener('scroll', update, { passive: true });
    return () => node.removeEventListener('scroll', update);
  }, []);
  const nameWidth = Math.max(0, ...names.map((name) => name.length));
  const choices = [['', 'All processes'], ...names.map((name) => [name, name] as const)] as const;
  return (
    <section class="console" aria-label="Console">
      <div class="toolbar">
        <h2>Console</h2>
        <ChoiceField
          label="Process"
          value={process ?? ''}
          choices={choices}
          onChange={(name) => openRoute({ view: 'processes', name: name === '' ? null : name })}
        />
        <TextField label="Filter lines" value={filter} onChange={setFilter} placeholder="Text" isMainSearch />
        <CheckField label="Follow" isChecked={isFollowing} onChange={setFollowing} />
        <p class="soft summary">{formatNumberOf(lines.length, 'line')}</p>
      </div>
      <section class="console-box" ref={box} tabindex={0} aria-label="Lines">
        {lines.length === 0 ? (
          <p class="soft console-empty">
            {all.length === 0 ? 'No output yet.' : 'No line matches the filter.'}
          </p>
        ) : (
          <div class="rows" style={{ height: `${lines.length * LINE_HEIGHT}px` }}>
            <div style={{ transform: `translateY(${first * LINE_HEIGHT}px)` }}>
              {lines.slice(first, end).map((line) => (
                <ConsoleRow key={line.sequence} line={line} nameWidth={process === null ? nameWidth : 0} />
              ))}
            </div>
          </div>
        )}
      </section>
    </section>
  );
}

interface ConsoleRowProps {
  readonly line: ConsoleLine;
  /** Number of characters of the longest name; 0 shows no names. */
  readonly nameWidth: number;
}

const ConsoleRow = memo<ConsoleRowProps>(({ line: { time, process, level, text }, nameWidth }) => (
  <div class={`line ${level.toLowerCase()}`}>
    <span class="soft">{formatClock(time)} </span>
    {nameWidth > 0 && <span class="line-process">{process.padEnd(nameWidth)} </span>}
    <span class="line-level">{level.toLowerCase().padEnd(5)} </span>
    {text}
  </div>
));
