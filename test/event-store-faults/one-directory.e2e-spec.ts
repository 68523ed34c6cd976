import { jsonEvent } from '@eventstore/db-client';
import { withServers } from './server-process';

describe('two event stores on one directory', () => {
  it('are not possible: the second says who holds it, and the first serves on', () =>
    withServers(async ({ start, startInVain }) => {
      const first = await start();
      const { code, output } = await startInVain();
      expect(code).toBeGreaterThan(0);
      expect(output).toContain(String(first.pid));
      await first.client.appendToStream('still', jsonEvent({ type: 'Here', data: {} }));
    }));

  it('may follow one another, even when the first was killed', () =>
    withServers(async ({ start }) => {
      const first = await start();
      await first.client.appendToStream('one', jsonEvent({ type: 'Here', data: {} }));
      first.kill('SIGKILL');
      await first.exited;
      const second = await start();
      const read: string[] = [];
      for await (const { event } of second.client.readStream('one'))
        if (event) read.push(event.type);
      expect(read).toEqual(['Here']);
    }));
});
