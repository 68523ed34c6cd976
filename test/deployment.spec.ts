import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Service = Readonly<{
  image: string;
  command?: string[];
  restart?: string;
  networks?: string[];
  environment?: Record<string, string>;
  volumes: string[];
  healthcheck?: unknown;
  depends_on?: Record<string, { condition: string }>;
}>;

type Compose = Readonly<{
  services: Record<string, Service>;
  volumes: object;
  networks: Record<string, { internal?: boolean } | null>;
}>;

const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const { certificates, eventstore, redis, api, worker, projector } = compose.services as Record<
  'certificates' | 'eventstore' | 'redis' | 'api' | 'worker' | 'projector',
  Service
>;

// No container engine runs where these tests do: what is asserted is what the files say.
describe('docker-compose.yml', () => {
  it('takes an EventStoreDB without the defects of its earlier versions', () => {
    const [, version = ''] = eventstore.image.split(':');
    const [major, minor, patch] = version.split('.').map(Number);
    expect([major, minor]).toEqual([24, 10]);
    expect(patch).toBeGreaterThanOrEqual(6);
  });

  it('runs it with TLS, users and certificates made before it starts, without projections', () => {
    expect(eventstore.environment).toMatchObject({
      EVENTSTORE_INSECURE: 'false',
      EVENTSTORE_CERTIFICATE_FILE: '/node-certificate/node.crt',
      EVENTSTORE_DEFAULT_ADMIN_PASSWORD: '${EVENTSTORE_ADMIN_PASSWORD:?}',
      EVENTSTORE_DEFAULT_OPS_PASSWORD: '${EVENTSTORE_OPS_PASSWORD:?}',
      EVENTSTORE_RUN_PROJECTIONS: 'None',
      EVENTSTORE_START_STANDARD_PROJECTIONS: 'false',
    });
    expect(eventstore.depends_on).toEqual({
      certificates: { condition: 'service_completed_successfully' },
    });
    expect(eventstore.volumes).toContain('events:/var/lib/eventstore');
  });

  it("shows the authority's key to the step that makes certificates and to nobody else", () => {
    const holders = (volume: string): string[] =>
      Object.entries(compose.services)
        .filter(([, { volumes }]) => volumes.some((mount) => mount.startsWith(`${volume}:`)))
        .map(([name]) => name);
    expect(holders('authority')).toEqual(['certificates']);
    expect(holders('node-certificate')).toEqual(['certificates', 'eventstore']);
    expect(certificates.restart).toBe('no');
  });

  it('keeps the queues over a crash and evicts none', () => {
    const command = (redis.command ?? []).join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--appendfsync everysec');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(redis.volumes).toContain('queues:/data');
  });

  it.each([
    ['api', api],
    ['worker', worker],
    ['projector', projector],
  ])('starts the %s from the one image, when its stores are healthy', (name, program) => {
    expect(program.image).toBe('carnet');
    expect(program.command).toEqual(['node', `dist/apps/${name}/src/main.js`]);
    expect(program.environment?.['EVENTSTORE_URL']).toContain('tls=true&tlsCAFile=/trusted/ca.crt');
    expect(program.depends_on).toMatchObject({
      eventstore: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    });
  });

  it.each([
    ['projector', 'CARNET_PROJECTOR_PORT'],
    ['worker', 'CARNET_WORKER_PORT'],
  ])("asks the %s's health on the port it has by itself", (name, variable) => {
    const row = read('README.md')
      .split('\n')
      .find((line) => line.includes(`\`${variable}\``));
    const [, port] = /\| `(\d+)` \|/.exec(row ?? '') ?? [];
    const healthcheck = compose.services[name]?.healthcheck;
    expect(JSON.stringify(healthcheck)).toContain(`http://127.0.0.1:${port}/health/ready`);
  });

  it('keeps everything but the api on a network that nobody reaches from outside', () => {
    expect(compose.networks['inside']).toEqual({ internal: true });
    const outside = Object.entries(compose.services).filter(([, { networks }]) =>
      networks?.some((network) => network !== 'inside'),
    );
    expect(outside.map(([name]) => name)).toEqual(['api']);
  });

  it('has every value it asks for in the example of .env', () => {
    const asked = [...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const offered = [...read('docker/example.env').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(new Set(offered)).toEqual(new Set(asked));
  });
});

describe('the Dockerfile', () => {
  const instructions = read('Dockerfile').replaceAll('\\\n', '').split('\n');
  const runtime = instructions.slice(instructions.findLastIndex((line) => /^FROM /.test(line)));

  it('builds in stages and runs as a user without rights, with a health check', () => {
    expect(instructions.filter((line) => /^FROM /.test(line)).length).toBeGreaterThan(1);
    expect(runtime.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(runtime.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
  });
});

function read(file: string): string {
  return readFileSync(join(__dirname, '..', file), 'utf8');
}
