import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { H2gError } from '../../../../domain/error.ts';
import { createLog } from '../../../../platform/log.ts';
import { openTracing } from '../../../../platform/tracing/open-tracing.ts';
import { tracedLog } from '../../../../platform/tracing/traced-log.ts';
import { inSpan, inStage, NO_TRACING, type Tracing } from '../../../../platform/tracing/tracing.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../../../fixtures/otlp-receiver.ts';

const troubles: string[] = [];
const mended = vi.fn();
const options = {
  service: 'h2g-test',
  version: '1.2.3',
  onTrouble: (text: string) => void troubles.push(text),
  onMended: mended,
};

/** The SDK reads the process's own variables. */
function setVariables(variables: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return variables;
}

beforeEach(() => {
  troubles.length = 0;
  mended.mockClear();
});
afterEach(() => vi.unstubAllEnvs());

describe('traces that nobody asked for', () => {
  it.each<Record<string, string>>([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_SERVICE_NAME: 'me' },
  ])('are none: %o', async (env) => {
    expect(await openTracing(env, options)).toBe(NO_TRACING);
    expect(troubles).toEqual([]);
  });

  it('load no library', async () => {
    const script = `
      import { createRequire } from 'node:module';
      import { openTracing } from './platform/tracing/open-tracing.ts';
      await openTracing({}, {});
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('@opentelemetry'));
      process.stdout.write(JSON.stringify(loaded));`;
    const root = join(import.meta.dirname, '../../../..');
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

describe('traces that cannot be', () => {
  it.each([
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http:// or https:// URL',
    ],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://' }, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and only http/protobuf is spoken',
    ],
  ])('%o is said, and hinders nothing', async (env, said) => {
    expect(await openTracing(env, options)).toBe(NO_TRACING);
    expect(troubles).toEqual([expect.stringContaining(said)]);
  });

  it.each(['CERTIFICATE', 'TRACES_CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'])(
    'for want of the file of OTEL_EXPORTER_OTLP_%s are said in one sentence',
    async (name) => {
      const variable = `OTEL_EXPORTER_OTLP_${name}`;
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c:4318', [variable]: '/nowhere/a.pem' };
      expect(await openTracing(env, options)).toBe(NO_TRACING);
      const cause = "ENOENT: no such file or directory, open '/nowhere/a.pem'";
      expect(troubles).toEqual([`Nothing is traced: ${variable} is /nowhere/a.pem, which cannot be read: ${cause}.`]);
    },
  );
});

describe('traces', () => {
  let receiver: OtlpReceiver;
  let tracing: Tracing;

  const open = (more: Record<string, string> = {}): Promise<Tracing> =>
    openTracing(setVariables({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, ...more }), options);
  const byName = (name: string): ReceivedSpan => {
    const found = receiver.spans.filter((span) => span.name === name);
    expect(found, name).toHaveLength(1);
    return found[0] as ReceivedSpan;
  };

  beforeEach(async () => {
    receiver = await startOtlpReceiver();
    tracing = await open();
  });
  afterEach(() => receiver.stop().catch(() => undefined));

  it('arrive as a tree, with attributes, when it ends', async () => {
    await inSpan(
      tracing,
      { name: 'run', attributes: { runId: 'r1', batch: 3, again: false, lane: undefined } },
      async (span) => {
        await inStage(tracing, 'fetch', async () => undefined);
        span.set({ outcome: 'done' });
      },
    );
    await inStage(tracing, 'nobody', async () => undefined);
    await tracing.close();
    const [run, fetch] = [byName('run'), byName('fetch')];
    expect(receiver.spans).toHaveLength(2);
    expect(run).toMatchObject({ service: 'h2g-test', parentId: '', failed: undefined });
    expect(run.attributes).toEqual({ runId: 'r1', batch: 3, again: false, outcome: 'done' });
    expect(fetch).toMatchObject({ traceId: run.traceId, parentId: run.spanId });
  });

  it('go on in another process, and hang where they were sent from', async () => {
    const sent = tracing.open({ name: 'dispatch' });
    const elsewhere = await open();
    elsewhere
      .open({ name: 'batch', parent: sent.context, startedAtMs: 1_700_000_000_000 })
      .end({ atMs: 1_700_000_000_250 });
    sent.end();
    await Promise.all([tracing.close(), elsewhere.close()]);
    const [dispatch, batch] = [byName('dispatch'), byName('batch')];
    expect(batch).toMatchObject({ traceId: dispatch.traceId, parentId: dispatch.spanId });
    expect(batch.endedAtMs - batch.startedAtMs).toBeCloseTo(250, 2);
  });

  it('take the ids that several processes agree on, below a parent its trace', async () => {
    const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const begun = tracing.open({ name: 'execution', ids });
    tracing.open({ name: 'step', parent: begun.context }).end();
    begun.end();
    const above = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
    tracing.open({ name: 'below', parent: above, ids, links: [begun.context ?? above] }).end();
    tracing.open({ name: 'later' }).end();
    await tracing.close();
    expect(byName('execution')).toMatchObject({ ...ids, parentId: '' });
    expect(byName('step')).toMatchObject({ traceId: ids.traceId, parentId: ids.spanId });
    expect(byName('below')).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: ids.spanId,
      parentId: '00f067aa0ba902b7',
      links: [ids],
    });
    expect(byName('later').spanId).not.toBe(ids.spanId);
  });

  it('hand on what they are told to, and hang their own parts under themselves', async () => {
    const above = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
    const sent = await inSpan(tracing, { name: 'step', parent: above, handsOn: above }, () =>
      inStage(tracing, 'part', async () => tracing.active()),
    );
    await tracing.close();
    expect(sent).toEqual(above);
    expect(byName('part').parentId).toBe(byName('step').spanId);
  });

  it('tell of a failure by its code, never by its words, which may name a slide', async () => {
    const failure = new H2gError({ code: 'slide-io', message: 'Smith.svs cannot be read', hint: 'Look.' });
    await expect(inSpan(tracing, { name: 'run' }, () => Promise.reject(failure))).rejects.toBe(failure);
    await tracing.close();
    expect(byName('run')).toMatchObject({ failed: 'slide-io', attributes: { 'error.type': 'slide-io' } });
  });

  it('follow the sampler that the variables name, and their parent first', async () => {
    const none = await open({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' });
    await inSpan(none, { name: 'unsampled' }, () => inStage(none, 'below', async () => undefined));
    none
      .open({ name: 'sampled', parent: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' } })
      .end();
    await none.close();
    expect(receiver.spans.map(({ name }) => name)).toEqual(['sampled']);
  });

  it('are sent with the headers, and as the service, that the variables name', async () => {
    const named = await open({ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret', OTEL_SERVICE_NAME: 'pathology' });
    named.open({ name: 'run' }).end();
    await named.close();
    expect(receiver.headers()['x-key']).toBe('secret');
    expect(byName('run').service).toBe('pathology');
  });

  it('lose a value of a variable that is not understood, and say so', async () => {
    await (await open({ OTEL_TRACES_SAMPLER: 'sometimes' })).close();
    expect(troubles).toEqual([expect.stringContaining('sometimes')]);
  });

  it('give each log line within a span the id of its trace', async () => {
    const lines: string[] = [];
    const plain = createLog({
      level: 'info',
      name: 'test',
      destination: { write: (line: string) => void lines.push(line) },
    });
    const log = tracedLog(plain, tracing).child({ runId: 'r1' });
    log.info({}, 'Run:Outside');
    await inSpan(tracing, { name: 'run' }, async () => log.info({ batch: 1 }, 'Run:Inside'));
    await tracing.close();
    const [outside, inside] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(outside).not.toHaveProperty('traceId');
    expect(inside).toMatchObject({ traceId: byName('run').traceId, runId: 'r1', batch: 1 });
  });

  it('whose collector is away: said once, and not waited for', async () => {
    await receiver.stop();
    const away = await open({ OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_EXPORTER_OTLP_TIMEOUT: '100' });
    const send = async (): Promise<void> => away.open({ name: 'lost' }).end();
    await send();
    await vi.waitFor(() => expect(troubles).toHaveLength(1), 5_000);
    await send();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(troubles).toEqual([expect.stringMatching(/^Traces do not reach their collector: .+\.$/)]);
    expect(mended).not.toHaveBeenCalled();
    const started = performance.now();
    await away.close();
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('whose collector is back: said, and they arrive', async () => {
    await receiver.stop();
    const away = await open({ OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_EXPORTER_OTLP_TIMEOUT: '100' });
    away.open({ name: 'lost' }).end();
    await vi.waitFor(() => expect(troubles).toHaveLength(1), 5_000);
    receiver = await startOtlpReceiver(Number(new URL(receiver.endpoint).port));
    away.open({ name: 'found' }).end();
    await vi.waitFor(() => expect(mended).toHaveBeenCalledOnce(), 5_000);
    expect(receiver.spans.map(({ name }) => name)).toEqual(['found']);
    await away.close();
  });

  it('whose collector does not answer are waited for two seconds at the end', async () => {
    const { createServer } = await import('node:net');
    const mute = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as { port: number };
    const slow = await open({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    slow.open({ name: 'lost' }).end();
    const started = performance.now();
    await slow.close();
    const waitedMs = performance.now() - started;
    mute.close();
    expect(waitedMs).toBeGreaterThan(1_900);
    expect(waitedMs).toBeLessThan(3_000);
  });
});
