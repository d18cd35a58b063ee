const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|wrote only \d+ of \d+ bytes/,
    'the disk is full: free some space, then start again',
  ],
  [/Address already in use/, 'the port is in use: stop the other program or choose another port'],
  [/could not bind .*Permission denied/, 'ports below 1024 need privileges: choose a port from 1024'],
  [
    /could not bind .*Cannot assign requested address/,
    'this machine has no address 127.0.0.1: enable the loopback interface (on Linux, ip link set lo up)',
  ],
  [
    /could not create semaphores|could not create shared memory segment|could not map anonymous shared memory/,
    'the kernel limits for shared memory or semaphores are too low: raise kernel.shmmax and kernel.sem, or free memory',
  ],
  [
    /error while loading shared libraries|Library not loaded/,
    'libraries are missing: remove node_modules, then start again',
  ],
  [/invalid permissions/, 'change the mode of that folder to 0700'],
  [
    /has wrong ownership/,
    'change the owner of that folder to the user that Postgres runs as, or start with --reset',
  ],
  [
    /Permission denied|Operation not permitted/,
    'no write permission for the folder: change its owner or choose another one',
  ],
  [
    /incompatible with server/,
    'the data folder belongs to another version of Postgres: start with --reset to delete it',
  ],
  [
    /pre-existing shared memory block/,
    'processes of a server that was killed still use this data folder: stop them, then start again',
  ],
  [/lock file .* already exists/, 'another Postgres server uses this data folder: stop it first'],
];

/**
 * Creates an error from the output of Postgres, with advice for known problems.
 *
 * @param summary what failed
 * @param output standard error of the program
 */
export function postgresError(summary: string, output: string): Error {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const errorLines = lines.filter((line) => /FATAL|PANIC|error:/i.test(line));
  const reason = (errorLines.length > 0 ? errorLines : lines.slice(-3)).map((line) =>
    line.replace(/^.*?(?=FATAL|PANIC)/, ''),
  );
  const advice = ADVICE.find(([pattern]) => pattern.test(output))?.[1];
  return new Error([summary, ...new Set(reason), ...(advice ? [advice] : [])].join(': '));
}
