import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { programJson } from '../../process/program-json.ts';
import { ProgramError, runProgram } from '../../process/run-program.ts';
import { ROOT } from '../../process/run-tool.ts';

const BUF = join(ROOT, 'node_modules/.bin/buf');
/** Exit code of `buf breaking` for breaking changes. */
const BREAKING_EXIT_CODE = 100;
/**
 * Rules of JSON bodies (https://buf.build/docs/breaking/rules/): names, numbers, types and cardinality of fields stay,
 * and a removed field reserves its name and number.
 */
const RULES = JSON.stringify({ version: 'v2', breaking: { use: ['WIRE_JSON'] } });

/** The event bodies that topics may contain for weeks: the messages of each topic, and their descriptors. */
export interface EventBodies {
  /** Full names of messages by topic. */
  readonly topics: Readonly<Record<string, readonly string[]>>;
  /** Descriptors of these messages and their dependencies: a FileDescriptorSet of protobuf, in JSON. */
  readonly messages: unknown;
}

/**
 * Reads the event bodies from the .proto files below `folder`.
 * @throws ProgramError if a message in `topics` does not exist
 */
export async function readEventBodies(topics: EventBodies['topics'], folder: string): Promise<EventBodies> {
  const types = [...new Set(Object.values(topics).flat())].flatMap((type) => ['--type', type]);
  const args = ['build', ...types, '--exclude-source-info', '--output', '-#format=json'];
  return { topics, messages: await programJson(z.unknown(), BUF, args, { cwd: folder }) };
}

/** Returns the changes that make events published as `before` unreadable; empty if there are none. */
export async function findBreakingChanges(before: EventBodies, now: EventBodies): Promise<readonly string[]> {
  const dropped = Object.entries(before.topics).flatMap(([topic, types]) =>
    types.filter((type) => !now.topics[topic]?.includes(type)).map((type) => droppedType(topic, type)),
  );
  return [...dropped, ...(await compareMessages(before.messages, now.messages))];
}

function droppedType(topic: string, type: string): string {
  return `topic '${topic}' no longer carries ${type}, but may contain such events; let it carry both`;
}

async function compareMessages(before: unknown, now: unknown): Promise<readonly string[]> {
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
    // An image has no line numbers.
    return error.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^(\S+?):1:1:/, '$1: '));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
