import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConnectionString } from './connection-string';

describe('a connection string', () => {
  it('of one host is that host, in TLS, with keep-alive every 10 s', () => {
    expect(readConnectionString('esdb://localhost')).toEqual({
      hosts: [{ host: 'localhost', port: 2113 }],
      isCluster: false,
      tls: {},
      keepAliveIntervalMs: 10_000,
      keepAliveTimeoutMs: 10_000,
    });
  });

  it('says who, where and how', () => {
    const text =
      'esdb://u%40x:p%3As@127.0.0.1:2114/?tls=false&KeepAliveInterval=-1&keepAliveTimeout=5';
    expect(readConnectionString(text)).toEqual({
      hosts: [{ host: '127.0.0.1', port: 2114 }],
      isCluster: false,
      credentials: { user: 'u@x', password: 'p:s' },
      keepAliveIntervalMs: -1,
      keepAliveTimeoutMs: 5,
    });
  });

  it.each(['esdb+discover://a.example:2113', 'esdb://a:1,b:2,c:3'])('%s is a cluster', (text) => {
    expect(readConnectionString(text).isCluster).toBe(true);
  });

  it('reads the certificates it names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'connection-'));
    const file = join(folder, 'ca é.pem');
    writeFileSync(file, 'CA');
    const { tls } = readConnectionString(`esdb://a?tlsCAFile=${encodeURIComponent(file)}`);
    expect(tls?.ca?.toString()).toBe('CA');
    expect(() => readConnectionString(`esdb://a?userCertFile=${encodeURIComponent(file)}`)).toThrow(
      'together',
    );
    rmSync(folder, { recursive: true });
  });

  it.each([
    '',
    'http://a',
    'esdb://',
    'esdb://a:b:c',
    'esdb://a:0',
    'esdb://a:70000',
    'esdb://a?keepAliveInterval=x',
  ])('cannot be %j, and its text is not in the error', (text) => {
    const secret = text.replace('//', '//u:hunter2@');
    expect(() => readConnectionString(secret)).toThrow(TypeError);
    expect(() => readConnectionString(secret)).not.toThrow(/hunter2/);
  });
});
