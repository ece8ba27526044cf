import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../../apps/cli/run-cli.ts';
import { createS3SourceOpener } from '../../../platform/s3/open-s3-source.ts';
import { fakeOutput } from './fake-output.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A real server that takes requests and never answers; `onRequest` is told of each. */
async function silentServer(onRequest: () => void): Promise<string> {
  const server = createServer(onRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('Ctrl-C while a server is silent at the first request', () => {
  it('ends h2g run at once', async () => {
    const stop = new AbortController();
    const server = await silentServer(() => stop.abort());
    const folder = await temporaryFolder();
    const output = fakeOutput();
    const args = ['run', `${server}/slide.svs`];
    const env = { H2G_HOME: `${folder}/home` };
    expect(await runCli({ env, args, folder, output, signal: stop.signal })).toBe(130);
    expect(output.noted[0]).toBe('Interrupted.');
    expect(output.printed).toEqual([]);
  });

  it('ends the opening of an object in a store', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const endpoint = await silentServer(() => stop.abort(reason));
    const opener = createS3SourceOpener({ endpoint, region: 'us-east-1', accessKey: 'a', secretKey: 'b' });
    onTestFinished(() => opener.close());
    await expect(opener.open(new URL('s3://h2g/slide.svs'), { signal: stop.signal })).rejects.toBe(reason);
  });
});

it('an error without --json goes to stderr only', async () => {
  const folder = await temporaryFolder();
  const output = fakeOutput();
  const { signal } = new AbortController();
  expect(await runCli({ env: {}, args: ['run', 'gone.svs'], folder, output, signal })).toBe(2);
  expect(output.printed).toEqual([]);
  expect(output.noted.join('\n')).toContain('error: There is no file or folder gone.svs');
});
