import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../scripts/process/run-program.ts';

/** The image of Prometheus differs by registry in whether it contains promtool; Debian's package always does. */
const DOCKERFILE = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends prometheus && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["promtool"]
`;
const IMAGE = 'weft-test/promtool:1';

/** Builds the image of promtool, unless it exists. */
export async function buildPromtool(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-promtool-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
    await runProgram('docker', ['build', '--tag', IMAGE, folder]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs promtool on files, which it sees in its folder `/files`.
 * @param files texts by name
 * @throws ProgramError with the output of promtool if it finds a problem
 */
export async function promtool(
  files: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-rules-'));
  try {
    for (const [name, text] of Object.entries(files))
      await writeFile(join(folder, name), text, { mode: 0o644 });
    const mount = ['--volume', `${folder}:/files:ro`, '--workdir', '/files', '--user', '0'];
    return await runProgram('docker', ['run', '--rm', ...mount, IMAGE, ...args]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
