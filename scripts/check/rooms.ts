/** A part of the tree, and what its files may import besides each other. */
export interface Room {
  /** A folder; `*` stands for one name, and tells apart rooms that may not see each other. */
  readonly folder: string;
  /** Folders whose files it may import. */
  readonly may: readonly string[];
  /** Folders of which it may import types alone. */
  readonly mayTypes?: readonly string[];
  readonly why: string;
}

/** Who may import whom. The first room that holds a file counts; files in none may import all. */
export const ROOMS: readonly Room[] = [
  {
    folder: 'charts',
    may: ['mesh', 'imports', 'services/proto'],
    why: 'the shop is said with mesh/, and names methods of services/proto alone',
  },
  {
    folder: 'mesh/policy',
    may: [],
    why: 'policies are plain data, which services read too: they import nothing of the library',
  },
  { folder: 'mesh', may: ['mesh/policy', 'imports'], why: 'the library knows nothing of the shop' },
  { folder: 'imports', may: [], why: 'generated types stand for themselves' },
  {
    folder: 'services/proto',
    may: [],
    why: 'generated code, and limits of the data in it, stand for themselves',
  },
  {
    folder: 'services/kit',
    may: ['services/proto', 'mesh/policy'],
    why: 'the kit knows no service, and of the library only the data of policies',
  },
  {
    folder: 'services/*',
    may: ['services/kit', 'services/proto'],
    mayTypes: ['mesh/policy'],
    why: 'a service stands on services/kit, and meets other services over gRPC alone',
  },
  {
    folder: 'scripts/bench',
    may: ['scripts', 'charts', 'mesh', 'imports', 'services'],
    why: 'a bench measures the kit, and the statements of services, in its own process',
  },
  {
    folder: 'scripts/conformance',
    may: ['scripts', 'mesh', 'services/kit', 'services/proto'],
    why: 'a probe calls by the kit, in its own process',
  },
  {
    folder: 'scripts/pages',
    may: ['scripts', 'services/order/state-machine.ts'],
    why: 'a page of docs/ shows data of a service, and runs nothing of it',
  },
  {
    folder: 'scripts',
    may: ['scripts/bench', 'scripts/conformance', 'scripts/pages', 'charts', 'mesh', 'imports'],
    why: 'scripts run services as processes',
  },
];
