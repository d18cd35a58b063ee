/** A part of the tree, and the imports that its files may have besides each other. */
export interface Room {
  /** A folder. `*` stands for one name; folders that match it may not import each other. */
  readonly folder: string;
  /** Folders whose files the room may import. */
  readonly imports: readonly string[];
  /** Folders of which the room may import types only. */
  readonly typeImports?: readonly string[];
  readonly reason: string;
}

/** Folders of services/kit in the order of their dependencies. */
const KIT = [
  'time',
  'errors',
  'telemetry',
  'process',
  'config',
  'fields',
  'balance',
  'discovery',
  'tls',
  'grpc',
  'http',
  'edge',
  'client',
  'store',
  'events',
  'server',
  'service',
];

/** Rooms of services/kit. Each folder may import the folders before it, and the imports of the kit as a whole. */
const KIT_ROOMS: readonly Room[] = KIT.map((name, index) => ({
  folder: `services/kit/${name}`,
  imports: ['services/proto', 'mesh/policy', ...KIT.slice(0, index).map((lower) => `services/kit/${lower}`)],
  reason: 'folders of the kit import in one direction: those listed before them in scripts/check/rooms.ts',
}));

/** Import boundaries. The first room that holds a file applies; files in no room may import everything. */
export const ROOMS: readonly Room[] = [
  {
    folder: 'charts',
    imports: ['mesh', 'imports', 'services/proto'],
    reason: 'the shop is declared with mesh/, and names methods of services/proto only',
  },
  {
    folder: 'mesh/policy',
    imports: [],
    reason: 'policies are plain data that services read too, so they import nothing of the library',
  },
  { folder: 'mesh', imports: ['mesh/policy', 'imports'], reason: 'the library knows nothing about the shop' },
  { folder: 'imports', imports: [], reason: 'generated types import nothing' },
  {
    folder: 'services/proto',
    imports: [],
    reason: 'generated code, limits and error catalogues import nothing',
  },
  ...KIT_ROOMS,
  {
    folder: 'services/kit',
    imports: ['services/proto', 'mesh/policy', ...KIT_ROOMS.map(({ folder }) => folder)],
    reason: 'the kit knows no service, and of the library only the data of policies',
  },
  {
    folder: 'services/*',
    imports: ['services/kit', 'services/proto'],
    typeImports: ['mesh/policy'],
    reason: 'a service builds on services/kit, and calls other services over gRPC only',
  },
  {
    folder: 'scripts/process',
    imports: ['mesh'],
    reason: 'running programs and parsing options serves every other folder of scripts/',
  },
  {
    folder: 'scripts/operate',
    imports: ['scripts/process', 'charts', 'mesh', 'imports'],
    reason: 'operating the shop needs no measurement and runs services as processes',
  },
  {
    folder: 'scripts/generate',
    imports: [
      'scripts/process',
      'charts',
      'mesh',
      'scripts/lab/gateways',
      'services/kit/events/guarantees.ts',
      'services/order/state-machine.ts',
    ],
    reason: 'generated docs show data of services and of the lab, and run nothing of them',
  },
  {
    folder: 'scripts/lab/bench',
    imports: ['scripts/lab', 'scripts/operate', 'scripts/process', 'charts', 'mesh', 'imports', 'services'],
    reason: 'a benchmark measures the kit, and the statements of services, in its own process',
  },
  {
    folder: 'scripts/lab',
    imports: [
      'scripts/operate',
      'scripts/process',
      'charts',
      'mesh',
      'imports',
      'services/kit',
      'services/proto',
    ],
    reason: 'an experiment calls by the kit, in its own process, and runs services as processes',
  },
  {
    folder: 'scripts/check',
    imports: ['scripts/process', 'charts', 'mesh'],
    reason: 'checks read files, run tools and compile the shop',
  },
  {
    folder: 'scripts',
    imports: [
      'scripts/process',
      'scripts/operate',
      'scripts/lab',
      'scripts/lab/bench',
      'scripts/generate',
      'scripts/check',
      'charts',
      'mesh',
      'imports',
    ],
    reason: 'verbs call the folders of scripts/ and run services as processes',
  },
];
