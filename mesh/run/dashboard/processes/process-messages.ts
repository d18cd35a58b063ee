import { z } from 'zod';
import type { ConsoleLine, ProcessView } from '../api/views.ts';

/*
 * Messages between the dashboard and the process that runs the shop, over the IPC channel of Node.js. The dashboard has
 * no other access to the processes.
 */

export const PROCESS_ACTIONS = ['start', 'stop', 'restart'] as const;
export type ProcessAction = (typeof PROCESS_ACTIONS)[number];

/** From the run to the dashboard. */
export type RunMessage =
  | { readonly type: 'processes'; readonly processes: readonly ProcessView[] }
  | { readonly type: 'lines'; readonly lines: readonly ConsoleLine[] }
  /** Result of a command. `error` is undefined if it succeeded. */
  | { readonly type: 'result'; readonly id: number; readonly error?: string };

/** From the dashboard to the run. */
export interface CommandMessage {
  readonly type: 'command';
  readonly id: number;
  readonly action: ProcessAction;
  readonly process: string;
}

export const COMMAND_MESSAGE = z.object({
  type: z.literal('command'),
  id: z.number(),
  action: z.enum(PROCESS_ACTIONS),
  process: z.string(),
});

/** Message of the dashboard once it accepts connections. */
export const LISTENING = 'listening';
