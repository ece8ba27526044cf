import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forgetRun } from '../../apps/cli/run/forget-run.ts';
import { resultKey, RESULT_FILES } from '../../domain/keys.ts';
import { Report } from '../../domain/report.ts';
import { runIdOf } from '../../platform/digest.ts';
import { createS3Store } from '../../platform/s3/s3-store.ts';
import { connectTemporal } from '../../platform/temporal/connect-temporal.ts';
import { createTemporalRunClient } from '../../platform/temporal/temporal-run-client.ts';
import { placeBundleDir, placeQuestion } from '../fixtures/place-question.ts';
import { killWithUs } from '../kill-with-us.ts';
import { realServer } from '../real-servers.ts';
import { startBenchWorker, type BenchWorker } from './bench-worker.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import { environmentOf } from './environment-of.ts';
import type { SlideUnderTest } from './figure.ts';

const MAIN = fileURLToPath(new URL('../../apps/cli/main.js', import.meta.url));

export interface RunCost {
  readonly cells: number;
  /** From dispatch to heatmap. */
  readonly detectSeconds: number;
  /** Of its workers, for the whole run. */
  readonly cpuSeconds: number;
}

/** Servers and the product's own workers; the same slide can be run on it as often as one likes. */
export interface TelemetrySite extends AsyncDisposable {
  run(): Promise<RunCost>;
  /** Where its workers answer probes and show metrics, where they are told to. */
  metricsUrls(): Promise<string[]>;
}

export interface SiteOptions {
  readonly folder: string;
  readonly name: string;
  readonly slide: Pick<SlideUnderTest, 'path' | 'bundleDir'>;
  /** Added to what its workers are told. */
  readonly env: Readonly<Record<string, string>>;
}

export async function openTelemetrySite({ folder, name, slide, env }: SiteOptions): Promise<TelemetrySite> {
  const [temporal, nats, s3] = await Promise.all([realServer('temporal'), realServer('nats'), realServer('minio')]);
  const place = { address: temporal.address.grpc, namespace: temporal.address.namespace };
  const servers = { temporal: place, natsUrl: nats.address.url, s3: s3.address };
  const logOf = (role: string): string => join(folder, `${name}-${role}.log`);
  const roles = ['orchestrator', 'detector'];
  const workers = roles.map((role): BenchWorker => {
    const told = { ...process.env, ...environmentOf(servers), H2G_BUNDLES: slide.bundleDir, ...env };
    const worker = startBenchWorker({ program: MAIN, args: ['worker', role], env: told, logFile: logOf(role) });
    killWithUs(worker.pid);
    return worker;
  });
  const lost = Promise.race(workers.map((worker) => worker.lost));
  await Promise.race([Promise.all(workers.map(({ ready }) => ready)), lost]);
  const store = createS3Store(s3.address);
  const runs = createTemporalRunClient(await connectTemporal(place));
  const spec = await placeQuestion(store, slide.path, await placeBundleDir(store, slide.bundleDir));
  const runId = runIdOf(spec);
  const cpu = async (): Promise<number> =>
    (await Promise.all(workers.map(({ pid }) => cpuSeconds(pid)))).reduce((sum, seconds) => sum + seconds, 0);
  return {
    async run() {
      // Else detection would be found done.
      await forgetRun({ runs, store }, runId);
      const before = await cpu();
      await runs.start(runId, spec, 'routine', { again: true });
      await Promise.race([runs.result(runId), lost]);
      const stored = new TextDecoder().decode(await store.get(resultKey(runId, RESULT_FILES.report)));
      const { cells, stages } = Report.parse(JSON.parse(stored));
      return { cells: cells.analysed, detectSeconds: stages.detect, cpuSeconds: (await cpu()) - before };
    },
    async metricsUrls() {
      const logs = await Promise.all(roles.map((role) => readFile(logOf(role), 'utf8')));
      return logs.flatMap((log) => {
        const port = /"port":(\d+),"event":"Probes:Answered"/.exec(log)?.[1];
        return port === undefined ? [] : [`http://127.0.0.1:${port}/metrics`];
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await runs.close();
      store.close();
      await Promise.all([temporal.stop(), nats.stop(), s3.stop()]);
    },
  };
}
