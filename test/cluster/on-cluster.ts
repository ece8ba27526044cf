/** Process entry, in the cluster's namespaces: installs the chart, disturbs runs in every way that operations may, and compares their bytes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { modelToken } from '../../domain/bundle.ts';
import type { Lane, RunSpec } from '../../domain/run-spec.ts';
import { runIdOf } from '../../platform/digest.ts';
import { packageRoot } from '../../platform/package-root.ts';
import { createS3Store } from '../../platform/s3/s3-store.ts';
import { connectTemporal } from '../../platform/temporal/connect-temporal.ts';
import { createTemporalRunClient } from '../../platform/temporal/temporal-run-client.ts';
import { paintSyntheticSlide } from '../../slides/synthetic/paint-synthetic-slide.ts';
import { eventually } from '../e2e/mid-run.ts';
import { storedResults } from '../e2e/site.ts';
import { readFlags } from '../faults/read-flags.ts';
import { placeBundleDir, placeQuestion } from '../fixtures/place-question.ts';
import { writeSlowBundle } from '../fixtures/slow-bundle.ts';
import { describeMachine } from '../bench/describe-machine.ts';
import { run } from './cluster-tool.ts';
import { findPrometheusAdapter, startPrometheusAdapter } from './prometheus-adapter.ts';
import { findKeda, installKeda } from './keda.ts';
import { helmUpgrade, kube, METRICS_PORT, NAMESPACE, RELEASE } from './kube.ts';
import { drainFive, expectPlaced, PRETENDED_NODES, pretendedDetectors } from './pretended-gpus.ts';
import { scaledBy, tryScaling } from './scaling.ts';
import { Steps } from './steps.ts';

const chart = join(packageRoot(), 'infra/helm/h2g-flow');
const values = join(packageRoot(), 'test/cluster/values.yaml');
const DETECTOR = `${RELEASE}-detector-slow`;
const ORCHESTRATOR = `${RELEASE}-orchestrator`;
const SLIDE = { widthPx: 6 * 1024, heightPx: 6 * 1024, mpp: 1, seed: 5 };
/** Runs of half a minute, so that they are met in the middle. */
const WINDOW_PX = 45;
const RUN_MS = 300_000;

const flags = readFlags(['json']);
const steps = new Steps();
const folder = await mkdtemp(join(tmpdir(), 'h2g-on-cluster-'));
// A step that failed was told; what fails outside of one counts too.
const isWhole = await tryAll().then(
  () => steps.failed.length === 0,
  (thrown: unknown) => {
    process.stderr.write(`${String(thrown)}\n`);
    return false;
  },
);
await rm(folder, { recursive: true, force: true });
if (flags.json !== undefined)
  await writeFile(flags.json, `${JSON.stringify({ machine: describeMachine(), steps: steps.taken }, null, 1)}\n`);
process.stdout.write(`${steps.taken.length - steps.failed.length} passed, ${steps.failed.length} failed\n`);
process.exit(isWhole ? 0 : 1);

async function tryAll(): Promise<void> {
  await steps.take('a namespace that admits restricted pods only', async () => {
    await run('kubectl', ['create', 'namespace', NAMESPACE]);
    await run('kubectl', ['label', 'namespace', NAMESPACE, 'pod-security.kubernetes.io/enforce=restricted']);
  });
  await steps.take('helm install: servers and orchestrators', () => helmUpgrade(chart, values, {}));
  const site = await steps.take('the servers answer', openSite);
  const { bundle, spec } = await steps.take('a bundle and a slide in the store', async () => {
    const dir = await writeSlowBundle(join(folder, 'bundle'), { windowPx: WINDOW_PX });
    const placed = await placeBundleDir(site.store, dir);
    await paintSyntheticSlide({ path: join(folder, 'slide.tif'), ...SLIDE });
    return { bundle: placed, spec: await placeQuestion(site.store, join(folder, 'slide.tif'), placed) };
  });
  const detectors = { 'detectors.slow': { bundles: [bundle.url.replace(/\/$/, '')], replicas: 2 } };
  await steps.take('helm upgrade: detectors', () => helmUpgrade(chart, values, detectors));

  let questions = 0;
  /** The same slide under another question, whose files are the same. */
  const begin = async (lane: Lane = 'routine'): Promise<string> => {
    const another: RunSpec = { ...spec, options: { ...spec.options, minCoverage: 0.9 - (questions += 1) / 1_000 } };
    const runId = runIdOf(another);
    await site.runs.start(runId, another, lane);
    return runId;
  };
  const resultsOf = async (runId: string): Promise<Record<string, string>> => {
    const { outcome } = await site.runs.result(runId, { signal: AbortSignal.timeout(RUN_MS) });
    if (outcome !== 'done') throw new Error(`run ${runId} ended as ${outcome}`);
    return storedResults(site.store, runId);
  };
  const expectUndisturbed = async (runId: string): Promise<void> => {
    const results = await resultsOf(runId);
    for (const [file, bytes] of Object.entries(undisturbed))
      if (results[file] !== bytes) throw new Error(`${file} of run ${runId} is another than undisturbed`);
  };
  const undisturbed = await steps.take('a run', async () => resultsOf(await begin()));
  const disturb = (name: string, work: () => Promise<unknown>): Promise<void> =>
    steps.attempt(name, async () => {
      const runId = await begin();
      await eventually('cells done', async () => {
        const { cells, state } = await site.runs.progress(runId);
        if (state.kind === 'finished') throw new Error('it was over before it could be disturbed');
        return cells !== undefined && cells.done > 0 ? cells : undefined;
      });
      await work();
      await expectUndisturbed(runId);
    });

  await steps.attempt('metrics and probes of a pod', async () => {
    const [pod = ''] = await kube.pods('detector-slow');
    const base = `http://${await kube.podAddress(pod)}:${METRICS_PORT}`;
    const text = await (await fetch(`${base}/metrics`)).text();
    if (!/^h2g_cells_total\{.*\} [1-9]/m.test(text)) throw new Error('it counted no cells');
    for (const path of ['/healthz', '/readyz'])
      if (!(await fetch(`${base}${path}`)).ok) throw new Error(`${path} is not ok`);
  });
  await disturb('a detector pod is deleted', async () => {
    const [pod = ''] = await kube.pods('detector-slow');
    await kube.run('delete', 'pod', pod, '--wait=false');
  });
  await disturb('a detector pod is gone without a word', async () => {
    const [pod = ''] = await kube.pods('detector-slow');
    await kube.run('delete', 'pod', pod, '--force', '--grace-period=0');
  });
  await disturb('an orchestrator pod is deleted', async () => {
    const [pod = ''] = await kube.pods('orchestrator');
    await kube.run('delete', 'pod', pod, '--wait=false');
  });
  await disturb('one of three brokers is gone', () =>
    kube.run('delete', 'pod', `${RELEASE}-nats-1`, '--force', '--grace-period=0'),
  );
  await disturb('detectors 1, 3, 0, 2', async () => {
    for (const replicas of [1, 3, 0, 2]) {
      await kube.run('scale', `deployment/${DETECTOR}`, `--replicas=${replicas}`);
      await delay(4_000);
    }
    await kube.rolledOut(DETECTOR);
  });
  await disturb('the node is drained of workers', async () => {
    const node = 'h2g-node';
    const selector = 'app.kubernetes.io/name=h2g-flow';
    const draining = run('kubectl', [
      'drain',
      node,
      `--pod-selector=${selector}`,
      '--delete-emptydir-data',
      '--timeout=150s',
    ]);
    // It is the only node: where else would the next pods go?
    await delay(8_000);
    await run('kubectl', ['uncordon', node]);
    await draining;
    await Promise.all([kube.rolledOut(DETECTOR), kube.rolledOut(ORCHESTRATOR)]);
  });
  await disturb('the release is upgraded', () => helmUpgrade(chart, values, { ...detectors, logLevel: 'debug' }));
  await steps.attempt('45 detectors on 50 pretended GPUs, five nodes drained, ten detectors too many', async () => {
    const upgrade = (replicas: number): Promise<string> =>
      helmUpgrade(chart, values, { ...detectors, ...pretendedDetectors(replicas) });
    await upgrade(45);
    await drainFive(await expectPlaced({ placed: 45, waiting: 0 }));
    await kube.run('scale', `deployment/${RELEASE}-detector-pretended`, `--replicas=${PRETENDED_NODES + 10}`);
    await expectPlaced({ placed: PRETENDED_NODES, waiting: 10 });
    await helmUpgrade(chart, values, detectors);
  });
  const tryAutoscaler = async (by: 'keda' | 'hpa', fewest: number): Promise<void> => {
    const scaled = { ...detectors['detectors.slow'], ...scaledBy(by, modelToken(bundle)) };
    await helmUpgrade(chart, values, { 'detectors.slow': scaled });
    const seen = await tryScaling(DETECTOR, { fewest, run: async () => expectUndisturbed(await begin('stat')) });
    process.stdout.write(`     detectors: ${seen}\n`);
    await helmUpgrade(chart, values, detectors);
  };
  const keda = findKeda(process.env);
  if (keda === undefined) steps.skip('KEDA, which was not built');
  else {
    const uninstall = await steps.take('KEDA', () => installKeda(keda, folder));
    await steps.attempt('KEDA: no detector before a run, several for it, none after it', () =>
      tryAutoscaler('keda', 0),
    );
    await uninstall();
  }
  const adapter = findPrometheusAdapter(process.env);
  if (adapter === undefined) steps.skip('an HPA, since Prometheus or prometheus-adapter is not there');
  else {
    await steps.take('Prometheus and prometheus-adapter', () => startPrometheusAdapter(adapter, folder));
    await steps.attempt('an HPA: one detector before a run, several for it, one after it', () =>
      tryAutoscaler('hpa', 1),
    );
  }
  await steps.attempt('no pod was killed for its memory or restarted by a probe', async () => {
    const { items } = await kube.json<{
      items: { metadata: { name: string }; status: { containerStatuses?: { restartCount: number }[] } }[];
    }>('get', 'pods', '-l', 'app.kubernetes.io/name=h2g-flow');
    const restarted = items.filter(({ status }) =>
      status.containerStatuses?.some(({ restartCount }) => restartCount > 0),
    );
    if (restarted.length > 0) throw new Error(restarted.map(({ metadata }) => metadata.name).join(', '));
  });
}

/** Clients of the trial's servers, by their addresses in the cluster. */
async function openSite() {
  const keys = await kube.secret(`${RELEASE}-trial`);
  const [temporal, s3] = await Promise.all(
    [`${RELEASE}-temporal`, `${RELEASE}-s3`].map((name) => kube.serviceAddress(name)),
  );
  const store = createS3Store({
    endpoint: `http://${s3}:9000`,
    region: 'us-east-1',
    bucket: 'h2g',
    accessKey: keys['accessKey'] ?? '',
    secretKey: keys['secretKey'] ?? '',
  });
  const link = await connectTemporal({ address: `${temporal}:7233`, namespace: 'default' });
  return { store, runs: createTemporalRunClient(link) };
}
