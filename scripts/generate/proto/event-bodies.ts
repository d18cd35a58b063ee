import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { programJson } from '../../process/program-json.ts';
import { ProgramError, runProgram } from '../../process/run-program.ts';
import { ROOT } from '../../process/run-tool.ts';

const BUF = join(ROOT, 'node_modules/.bin/buf');
/** What `buf breaking` answers with when it has found something. */
const BREAKING_EXIT_CODE = 100;
/**
 * Rules of JSON bodies (https://buf.build/docs/breaking/rules/): names, numbers, types and cardinality of fields stay, and
 * what is removed reserves its name and its number.
 */
const RULES = JSON.stringify({ version: 'v2', breaking: { use: ['WIRE_JSON'] } });

/** What may lie in topics, for weeks: the messages that each carries, and how those are written. */
export interface EventBodies {
  /** Full names of messages by topic. */
  readonly topics: Readonly<Record<string, readonly string[]>>;
  /** These messages and all that they consist of: a FileDescriptorSet of protobuf, in JSON. */
  readonly messages: unknown;
}

/**
 * The bodies of events as the .proto files below `folder` have them now.
 * @throws ProgramError when there is no message of a name in `topics`
 */
export async function eventBodies(topics: EventBodies['topics'], folder: string): Promise<EventBodies> {
  const types = [...new Set(Object.values(topics).flat())].flatMap((type) => ['--type', type]);
  const args = ['build', ...types, '--exclude-source-info', '--output', '-#format=json'];
  return { topics, messages: await programJson(z.unknown(), BUF, args, { cwd: folder }) };
}

/** What consumers could not read any more of events that were published as `before` says; nothing when they can. */
export async function eventBodyProblems(before: EventBodies, now: EventBodies): Promise<readonly string[]> {
  const dropped = Object.entries(before.topics).flatMap(([topic, types]) =>
    types.filter((type) => !now.topics[topic]?.includes(type)).map((type) => noLongerCarried(topic, type)),
  );
  return [...dropped, ...(await breakingChanges(before.messages, now.messages))];
}

function noLongerCarried(topic: string, type: string): string {
  return `topic '${topic}' does not carry ${type} any more, and events of it may lie there: let it carry both`;
}

async function breakingChanges(before: unknown, now: unknown): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-event-bodies-'));
  try {
    const images = { 'before.json': before, 'now.json': now };
    for (const [name, image] of Object.entries(images))
      await writeFile(join(folder, name), JSON.stringify(image));
    await runProgram(BUF, ['breaking', 'now.json', '--against', 'before.json', '--config', RULES], {
      cwd: folder,
    });
    return [];
  } catch (error) {
    if (!(error instanceof ProgramError) || error.code !== BREAKING_EXIT_CODE) throw error;
    // An image has no lines.
    return error.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^(\S+?):1:1:/, '$1: '));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
