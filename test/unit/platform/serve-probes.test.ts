import { describe, expect, it } from 'vitest';
import { serveProbes, type Probes } from '../../../platform/probes/serve-probes.ts';

describe('probes', () => {
  const state = { waits: ['the broker'], stuck: undefined as string | undefined };
  const probes: Probes = {
    waitsFor: () => state.waits,
    stuck: () => state.stuck,
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
  };

  it('tell what a process waits for, and that it hangs', async () => {
    await using server = await serveProbes('127.0.0.1:0', probes);
    const ask = async (path: string, method = 'GET'): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
      return `${response.status} ${await response.text()}`;
    };
    expect(await ask('/readyz')).toBe('503 waits for: the broker\n');
    state.waits = [];
    expect(await ask('/readyz?verbose')).toBe('200 ok\n');
    expect(await ask('/healthz')).toBe('200 ok\n');
    state.stuck = 'a thread hangs';
    expect(await ask('/healthz')).toBe('503 a thread hangs\n');
    expect(await ask('/metrics')).toBe('200 up 1\n');
    expect(await ask('/metrics', 'POST')).toBe('405 Only GET and HEAD.\n');
    expect(await ask('/')).toMatch(/^404 /);
  });

  it('at an address of IPv6 too, and with an error for one that cannot be had', async () => {
    await using server = await serveProbes('[::1]:0', probes);
    expect((await fetch(`http://[::1]:${server.port}/metrics`)).status).toBe(200);
    await expect(serveProbes(`[::1]:${server.port}`, probes)).rejects.toMatchObject({
      code: 'port-in-use',
      message: new RegExp(`at \\[::1\\]:${server.port}`),
    });
    await expect(serveProbes('203.0.113.1:9464', probes)).rejects.toMatchObject({ code: 'usage' });
  });
});
