import { useState } from 'preact/hooks';
import type { ProcessState, ProcessView } from '../../api/views.ts';
import { sendCommand } from '../state/api.ts';

type ProcessCommand = 'start' | 'stop' | 'restart';

const TEXTS: Readonly<Record<ProcessCommand, readonly [idle: string, busy: string]>> = {
  start: ['Start', 'Starting'],
  stop: ['Stop', 'Stopping'],
  restart: ['Restart', 'Restarting'],
};
const IDLE_STATES: readonly ProcessState[] = ['stopped', 'failed'];

/** Offers the commands that the state of a process allows, and shows their progress and their errors. */
export function ProcessCommands({ process }: { readonly process: ProcessView }) {
  const [busy, setBusy] = useState<ProcessCommand | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { name, state, isControllable } = process;
  if (!isControllable) return <span class="soft small">part of this dashboard</span>;
  const run = async (command: ProcessCommand) => {
    setBusy(command);
    setProblem(null);
    try {
      await sendCommand(`/api/processes/${encodeURIComponent(name)}/${command}`);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(null);
    }
  };
  const commands: readonly ProcessCommand[] = IDLE_STATES.includes(state) ? ['start'] : ['stop', 'restart'];
  return (
    <div class="commands">
      {commands.map((command) => {
        const [idleText, busyText] = TEXTS[command];
        return (
          <button
            key={command}
            type="button"
            class="button small"
            disabled={busy !== null || state === 'stopping'}
            aria-label={`${idleText} ${name}`}
            onClick={() => run(command)}
          >
            {busy === command ? `${busyText}…` : idleText}
          </button>
        );
      })}
      {problem !== null && (
        <p class="bad-ink small" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
