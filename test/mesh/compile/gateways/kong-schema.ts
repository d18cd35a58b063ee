import { Ajv, type ValidateFunction } from 'ajv';

/** A field of an entity: its JSON type, or the entity of its items. */
type Field = 'string' | 'integer' | 'boolean' | 'object' | 'strings' | { readonly items: string };

/**
 * The fields that Kong's published schema of declarative configuration allows in the entities of this project: the
 * definitions FService, FRoute and FPlugin of `pkg/file/kong_json_schema.json` in Kong/go-database-reconciler, at commit
 * 0198acf4eb0850991b9eacc05dfb34d457df9180. Fields that refer to entities which this project does not use are left out,
 * so this schema accepts less than Kong's. The names of a service, a route and a plugin are required, as in Kong's.
 */
const ENTITIES: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  config: {
    _format_version: 'string',
    _transform: 'boolean',
    services: { items: 'service' },
    routes: { items: 'route' },
    plugins: { items: 'plugin' },
  },
  service: {
    name: 'string',
    enabled: 'boolean',
    protocol: 'string',
    host: 'string',
    port: 'integer',
    path: 'string',
    url: 'string',
    retries: 'integer',
    connect_timeout: 'integer',
    read_timeout: 'integer',
    write_timeout: 'integer',
    tags: 'strings',
    routes: { items: 'route' },
    plugins: { items: 'plugin' },
  },
  route: {
    name: 'string',
    expression: 'string',
    priority: 'integer',
    methods: 'strings',
    hosts: 'strings',
    paths: 'strings',
    regex_priority: 'integer',
    path_handling: 'string',
    protocols: 'strings',
    strip_path: 'boolean',
    preserve_host: 'boolean',
    request_buffering: 'boolean',
    response_buffering: 'boolean',
    tags: 'strings',
    plugins: { items: 'plugin' },
  },
  plugin: {
    name: 'string',
    instance_name: 'string',
    enabled: 'boolean',
    config: 'object',
    protocols: 'strings',
    run_on: 'string',
    service: 'string',
    route: 'string',
    tags: 'strings',
  },
};

function fieldSchema(field: Field): object {
  if (typeof field === 'object') return { type: 'array', items: { $ref: `#/definitions/${field.items}` } };
  return field === 'strings' ? { type: 'array', items: { type: 'string' } } : { type: field };
}

/** Returns a function that validates a declarative configuration of Kong. */
export function kongValidator(): ValidateFunction {
  const definitions = Object.fromEntries(
    Object.entries(ENTITIES).map(([entity, fields]) => [
      entity,
      {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]),
        ),
        required: entity === 'config' ? [] : ['name'],
        additionalProperties: false,
      },
    ]),
  );
  return new Ajv({ allErrors: true }).compile({ $ref: '#/definitions/config', definitions });
}
