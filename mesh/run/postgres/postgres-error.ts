const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|wrote only \d+ of \d+ bytes/, 'the disk is full: make room, then start again'],
  [/Address already in use/, 'the port is in use: stop the other program or choose another port'],
  [/could not bind .*Permission denied/, 'this user may not open that port: choose one from 1024'],
  [
    /could not bind .*Cannot assign requested address/,
    'this machine has no 127.0.0.1: switch its loopback interface on (on Linux, ip link set lo up)',
  ],
  [
    /could not create semaphores|could not create shared memory segment|could not map anonymous shared memory/,
    'the kernel gives Postgres too little shared memory or too few semaphores: raise kernel.shmmax and kernel.sem, or free memory',
  ],
  [
    /error while loading shared libraries|Library not loaded/,
    'its libraries are not all there: remove node_modules, then start again',
  ],
  [/invalid permissions/, 'change the mode of that folder to 0700'],
  [
    /has wrong ownership/,
    'change the owner of that folder to the user that Postgres runs as, or start with --reset',
  ],
  [
    /Permission denied|Operation not permitted/,
    'the folder cannot be written: change its owner or choose another one',
  ],
  [/incompatible with server/, 'the data is of another version of Postgres: start with --reset to forget it'],
  [/lock file .* already exists/, 'another Postgres uses this data: stop it first'],
];

/** An error with what Postgres said last, and what to do about it where that is known. */
export function postgresError(what: string, said: string): Error {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => /FATAL|PANIC|error:/i.test(line));
  const reason = (telling.length > 0 ? telling : lines.slice(-3)).map((line) =>
    line.replace(/^.*?(?=FATAL|PANIC)/, ''),
  );
  const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1];
  return new Error([what, ...new Set(reason), ...(advice ? [advice] : [])].join(': '));
}
