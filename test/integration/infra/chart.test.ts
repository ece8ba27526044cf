import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { LANES } from '../../../domain/run-spec.ts';
import { consumerName, TILES_STREAM } from '../../../domain/subjects.ts';
import { NATS } from '../../../infra/local/servers/nats.ts';
import type { ServerDefinition } from '../../../infra/local/servers/server-definition.ts';
import { connectNats } from '../../../platform/jetstream/connect-nats.ts';
import { SILENT_LOG } from '../../../platform/log.ts';
import { alertRules, dashboard, type AlertRule } from '../../fixtures/monitoring.ts';
import { packageRoot } from '../../../platform/package-root.ts';
import { ROLES } from '../../fixtures/nats-with-users.ts';
import { realServer } from '../../real-servers.ts';

const execute = promisify(execFile);
const chart = join(packageRoot(), 'infra/helm/h2g-flow');
const values = (name: 'site' | 'trial'): string => join(chart, 'ci', `${name}-values.yaml`);

/** Where a cluster for tests was built, its helm lies too. */
const PLACES = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  join(process.env['H2G_K8S_CACHE'] ?? join(homedir(), '.cache/h2g-k8s'), 'bin'),
];
const helm = PLACES.map((folder) => join(folder, 'helm')).find((path) => existsSync(path));

interface Container {
  readonly name: string;
  readonly env?: { name: string; value?: string; valueFrom?: unknown }[];
  readonly securityContext: Record<string, unknown>;
  readonly resources: { requests?: Record<string, unknown>; limits?: Record<string, unknown> };
  readonly volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
  readonly startupProbe?: unknown;
  readonly readinessProbe?: unknown;
  readonly livenessProbe?: unknown;
}
interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: Record<string, unknown>;
  readonly containers: Container[];
  readonly initContainers?: Container[];
  readonly volumes: Record<string, unknown>[];
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { name: string };
  /** Of a secret, in base64. */
  readonly data?: Record<string, string>;
  readonly spec: { template?: { spec: PodSpec }; replicas?: number; egress?: { ports: { port?: number }[] }[] };
}

interface ScaledObjectSpec {
  readonly scaleTargetRef: { name: string };
  readonly cooldownPeriod: number;
  readonly advanced: {
    readonly scalingModifiers: { formula: string; target: string };
    readonly horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: number } } };
  };
  readonly triggers: { type: string; name: string; metadata: { consumer: string } }[];
}

const scaledObjectOf = (manifests: readonly Manifest[]): ScaledObjectSpec =>
  (manifests.find(({ kind }) => kind === 'ScaledObject') as unknown as { spec: ScaledObjectSpec }).spec;

const replicasOf = (manifests: readonly Manifest[], name: string): number | undefined =>
  manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name)?.spec.replicas;

const render = (...args: string[]): Promise<Manifest[]> => renderChart(chart, args);

async function renderChart(folder: string, args: readonly string[]): Promise<Manifest[]> {
  const { stdout } = await execute(helm ?? 'helm', [
    'template',
    'h2g',
    folder,
    '-n',
    'pathology',
    '--kube-version',
    '1.34.0',
    ...args,
  ]);
  return parseAllDocuments(stdout).flatMap((document) =>
    document.toJS() === null ? [] : [document.toJS() as Manifest],
  );
}

/** What helm says after an install, with its spaces as they come. `helm template` says nothing of it, and an install without a cluster is refused: a copy of the chart has it for a manifest. */
async function notesOf(...args: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'h2g-notes-'));
  try {
    await cp(chart, folder, { recursive: true });
    await rename(join(folder, 'templates/NOTES.txt'), join(folder, 'files/notes.txt'));
    const manifest = 'kind: Notes\nspec: { text: {{ tpl (.Files.Get "files/notes.txt") . | toJson }} }\n';
    await writeFile(join(folder, 'templates/notes.yaml'), manifest);
    const notes = (await renderChart(folder, args)).find(({ kind }) => kind === 'Notes');
    return (notes?.spec as { text?: string } | undefined)?.text ?? '';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const podsOf = (manifests: readonly Manifest[]): { of: string; pod: PodSpec }[] =>
  manifests.flatMap(({ kind, metadata, spec }) =>
    spec?.template === undefined ? [] : [{ of: `${kind} ${metadata.name}`, pod: spec.template.spec }],
  );

describe.skipIf(helm === undefined)('the Helm chart (skipped where there is no helm)', () => {
  it.each(['site', 'trial'] as const)('passes helm lint with the values of a %s', async (name) => {
    const { stdout } = await execute(helm ?? '', ['lint', '--strict', '-f', values(name), chart]);
    expect(stdout).toContain('0 chart(s) failed');
  });

  it.each(['site', 'trial'] as const)(
    'asks for nothing that the restricted pod security refuses (%s)',
    async (name) => {
      const pods = podsOf(await render('-f', values(name)));
      expect(pods.length).toBeGreaterThan(2);
      for (const { of, pod } of pods) {
        expect(pod.automountServiceAccountToken, of).toBe(false);
        expect(pod.hostNetwork, of).toBeUndefined();
        expect(pod.securityContext, of).toMatchObject({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        // The only place that can be written to is one of its own.
        for (const volume of pod.volumes)
          expect(['name,emptyDir', 'name,secret'], of).toContain(Object.keys(volume).join(','));
        for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
          expect(container.securityContext, of).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
          expect(container.resources.requests, of).toHaveProperty('cpu');
          expect(container.resources.limits, of).toHaveProperty('memory');
        }
      }
    },
  );

  it('keeps secrets out of manifests, and gives workers probes and time to drain', async () => {
    const manifests = await render('-f', values('site'));
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const workers = podsOf(manifests).filter(({ of }) => of.startsWith('Deployment'));
    expect(workers.map(({ of }) => of)).toEqual([
      'Deployment h2g-detector-cpu',
      'Deployment h2g-detector-gpu',
      'Deployment h2g-orchestrator',
    ]);
    for (const { of, pod } of workers) {
      const isDetector = of.includes('-detector-');
      expect(pod.volumes.map(({ name }) => name)).toEqual([
        'tmp',
        'nats',
        'nats-creds',
        ...(isDetector ? [] : ['temporal']),
      ]);
      const [container] = pod.containers;
      expect(
        container?.env?.some(({ name }) => name === 'H2G_TEMPORAL_KEY'),
        of,
      ).toBe(!isDetector);
      for (const name of ['H2G_NATS_URL', 'H2G_S3_ACCESS_KEY', 'H2G_S3_SECRET_KEY'])
        expect(container?.env?.find((variable) => variable.name === name)?.value, `${of} ${name}`).toBeUndefined();
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
        expect(container?.[probe], `${of} ${probe}`).toHaveProperty('httpGet');
      // The program's own patience is 15 to 20 s.
      expect(pod.terminationGracePeriodSeconds, of).toBeGreaterThan(20);
    }
    const gpu = workers.find(({ of }) => of.endsWith('-gpu'))?.pod.containers[0];
    expect(gpu?.resources.limits).toEqual({ memory: '2Gi', 'nvidia.com/gpu': 1 });
    expect(gpu?.env).toContainEqual({ name: 'H2G_PROVIDERS', value: 'tensorrt,cuda' });
    expect(gpu?.env?.some(({ name }) => name === 'H2G_DETECTOR_THREADS')).toBe(false);
  });

  const MODELS = ['breast-1_0_0-0123abcd', 'lobular-2_0-89abcdef'];
  const scaled = (by: string, ...more: string[]): Promise<Manifest[]> => {
    const autoscaling = JSON.stringify({ by, models: MODELS });
    const site = ['-f', values('site'), '--set', 'servers.nats.monitoring=nats.nats:8222'];
    return render(...site, ...more, '--set-json', `detectors.gpu.autoscaling=${autoscaling}`);
  };

  it('scales detectors with KEDA by all lanes of their models in one, and waits longer than a model takes to warm up', async () => {
    const manifests = await scaled('keda');
    const spec = scaledObjectOf(manifests);
    expect(spec.scaleTargetRef).toEqual({ name: 'h2g-detector-gpu' });
    expect(spec).toMatchObject({ minReplicaCount: 0, maxReplicaCount: 10 });
    const names = spec.triggers.map(({ name }) => name);
    expect(spec.advanced.scalingModifiers.formula).toBe(names.join(' + '));
    // 5,000 cells in batches of at most 16.
    expect(spec.advanced.scalingModifiers.target).toBe('312');
    expect(spec.triggers.map(({ metadata }) => metadata.consumer)).toEqual(
      ['breast-1_0_0-0123abcd', 'lobular-2_0-89abcdef'].flatMap((model) =>
        LANES.map((lane) => consumerName(lane, model)),
      ),
    );
    for (const { type, metadata } of spec.triggers) {
      expect(type).toBe('nats-jetstream');
      expect(metadata).toMatchObject({
        natsServerMonitoringEndpoint: 'nats.nats:8222',
        account: '$G',
        stream: TILES_STREAM,
      });
    }
    const startup = 600;
    expect(spec.cooldownPeriod).toBeGreaterThan(startup);
    expect(spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.stabilizationWindowSeconds).toBeGreaterThan(
      startup,
    );
    // Who scales says how many; an upgrade must not take them away.
    expect(replicasOf(manifests, 'h2g-detector-gpu')).toBeUndefined();
    expect(replicasOf(manifests, 'h2g-detector-cpu')).toBe(2);
  });

  it('lets workers out to the ports that the addresses say', async () => {
    const portsOf = async (...args: string[]): Promise<(number | undefined)[]> =>
      (await render(...args))
        .filter(({ kind }) => kind === 'NetworkPolicy')
        .flatMap(({ spec }) => (spec.egress ?? []).flatMap(({ ports }) => ports.map(({ port }) => port)))
        .toSorted((a = 0, b = 0) => a - b);
    const other = ['servers.s3.endpoint=http://minio.store:9000', 'servers.temporal.address=temporal:7300'];
    const sets = [...other, 'tracing.endpoint=https://otel.example.org'].flatMap((set) => ['--set', set]);
    expect(await portsOf('-f', values('site'), ...sets)).toEqual([53, 53, 443, 4222, 7300, 9000]);
    expect(await portsOf('-f', values('site'), ...sets, '--set', 'networkPolicy.s3.port=9443')).toEqual([
      53, 53, 443, 4222, 7300, 9443,
    ]);
    expect(await portsOf('-f', values('trial'))).toEqual([53, 53, 4222, 7233, 9000]);
  });

  it('takes what a detector does not say of its resources from the defaults', async () => {
    const more = ['--set', 'detectors.cpu.resources.limits.memory=3Gi'];
    const pods = podsOf(await render('-f', values('site'), ...more));
    const detector = pods.find(({ of }) => of.endsWith('detector-cpu'));
    expect(detector?.pod.containers[0]?.resources).toEqual({
      requests: { cpu: '1', memory: '768Mi' },
      limits: { memory: '3Gi' },
    });
  });

  it('gives a batch in work all of the grace period that ending does not need', async () => {
    const more = ['--set', 'detectors.gpu.terminationGracePeriodSeconds=120'];
    const detectors = podsOf(await render('-f', values('site'), ...more)).filter(({ of }) => of.includes('-detector-'));
    const drained = detectors.map(({ pod }) => [
      pod.terminationGracePeriodSeconds,
      pod.containers[0]?.env?.find(({ name }) => name === 'H2G_DRAIN_SECONDS')?.value,
    ]);
    expect(drained).toEqual([
      [40, '15'],
      [120, '95'],
    ]);
  });

  it('finds the queue of a trial where the trial has it', async () => {
    const autoscaling = JSON.stringify({ by: 'keda', models: MODELS });
    const manifests = await render('-f', values('trial'), '--set-json', `detectors.cpu.autoscaling=${autoscaling}`);
    const spec = scaledObjectOf(manifests);
    for (const { metadata } of spec.triggers)
      expect(metadata).toMatchObject({ natsServerMonitoringEndpoint: 'h2g-nats.pathology:8222', account: 'H2G' });
  });

  it('scales detectors with an HPA by the cells that wait', async () => {
    const manifests = await scaled('hpa', '--set', 'detectors.gpu.autoscaling.min=1');
    expect(manifests.some(({ kind }) => kind === 'ScaledObject')).toBe(false);
    expect(manifests.find(({ kind }) => kind === 'HorizontalPodAutoscaler')?.spec).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: 'h2g-detector-gpu' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [
        {
          type: 'External',
          external: {
            metric: {
              name: 'h2g_unprocessed_cells',
              selector: {
                matchExpressions: [{ key: 'model', operator: 'In', values: MODELS }],
              },
            },
            target: { type: 'AverageValue', averageValue: '5000' },
          },
        },
      ],
    });
  });

  it('gives a role the secrets of its own where it has some', async () => {
    const secretsOf = Object.fromEntries(
      podsOf(await render('-f', values('site'))).map(({ of, pod }) => {
        const env = pod.containers[0]?.env ?? [];
        const secret = (name: string): unknown => env.find((variable) => variable.name === name)?.valueFrom;
        return [of.replace(/^\w+ h2g-/, ''), [secret('H2G_NATS_URL'), secret('H2G_S3_SECRET_KEY')]];
      }),
    );
    const from = (name: string, key: string) => ({ secretKeyRef: { name, key } });
    expect(secretsOf).toEqual({
      'detector-cpu': [from('h2g-nats-detector', 'url'), from('h2g-s3-detector', 'secretKey')],
      'detector-gpu': [from('h2g-nats-detector', 'url'), from('h2g-s3-detector', 'secretKey')],
      orchestrator: [from('h2g-nats', 'url'), from('h2g-s3', 'secretKey')],
      setup: [from('h2g-nats', 'url'), from('h2g-s3-setup', 'secretKey')],
    });
  });

  it.each(['site', 'trial'] as const)("has every process of ours trust a site's own authorities (%s)", async (name) => {
    const settings = ['caBundle.existingConfigMap=hospital-ca', 'caBundle.key=bundle.pem'];
    const plain = await render('-f', values(name));
    expect(JSON.stringify(plain)).not.toMatch(/ca-bundle|NODE_EXTRA_CA_CERTS|SSL_CERT_/);
    const manifests = await render('-f', values(name), ...settings.flatMap((setting) => ['--set', setting]));
    const pods = podsOf(manifests).filter(({ of }) => /-(detector-\w+|orchestrator|setup(-\d+)?)$/.test(of));
    expect(pods.map(({ of }) => of)).toHaveLength(name === 'site' ? 4 : 3);
    const folder = '/etc/h2g/ca-bundle';
    for (const { of, pod } of pods) {
      const configMap = { name: 'hospital-ca', items: [{ key: 'bundle.pem', path: 'ca.crt' }] };
      expect(pod.volumes, of).toContainEqual({ name: 'ca-bundle', configMap });
      const [container] = pod.containers;
      expect(container?.volumeMounts, of).toContainEqual({ name: 'ca-bundle', mountPath: folder, readOnly: true });
      // What these do to each line is tried in test/integration/platform/own-authority.test.ts.
      for (const variable of [
        { name: 'NODE_EXTRA_CA_CERTS', value: `${folder}/ca.crt` },
        { name: 'SSL_CERT_FILE', value: '/etc/ssl/certs/ca-certificates.crt' },
        { name: 'SSL_CERT_DIR', value: folder },
      ])
        expect(container?.env, of).toContainEqual(variable);
    }
  });

  it('lets slides lie in its own bucket alone unless told otherwise', async () => {
    const prefixesOf = async (...args: string[]) =>
      podsOf(await render(...args))
        .flatMap(({ pod }) => pod.containers[0]?.env ?? [])
        .filter(({ name }) => name === 'H2G_SLIDE_PREFIXES')
        .map(({ value }) => value);
    expect(new Set(await prefixesOf('-f', values('trial')))).toEqual(new Set(['s3://h2g/']));
    expect(new Set(await prefixesOf('-f', values('site')))).toEqual(new Set(['s3://slides/']));
  });

  it('starts the broker of a trial with a user for each role', async () => {
    const manifests = await render('-f', values('trial'));
    const secret = manifests.find(({ kind }) => kind === 'Secret');
    const data = new Map(
      Object.entries(secret?.data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]),
    );
    const folder = await mkdtemp(join(tmpdir(), 'h2g-chart-'));
    const files = ['nats.conf', 'nats-users.conf'];
    await Promise.all(files.map((name) => writeFile(join(folder, name), data.get(name) ?? '')));
    const passwords = ROLES.map((role) => [`NATS_${role.toUpperCase()}_PASSWORD`, data.get(`${role}Password`) ?? '']);
    const launch: ServerDefinition['launch'] = (place) => ({
      args: [...NATS.launch(place).args, `--config=${join(folder, 'nats.conf')}`],
      env: Object.fromEntries(passwords),
    });
    const server = await realServer('nats', { ...NATS, launch });
    try {
      for (const role of ROLES) {
        const url = (data.get(`${role}Url`) ?? '').replace('@h2g-nats:4222', `@${new URL(server.address.url).host}`);
        const link = await connectNats({ url, name: role, role, log: SILENT_LOG, patienceMs: 0 });
        await link.jsm.getAccountInfo();
        await link.close();
      }
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('brings the alerts and the dashboard where it is told to, from the files that are tested', async () => {
    const off = await render('-f', values('site'));
    expect(off.some(({ kind, metadata }) => kind === 'PrometheusRule' || metadata.name.endsWith('-dashboard'))).toBe(
      false,
    );
    const base = 'https://git.example.org/h2g-flow/blob/main/';
    const settings = {
      'metrics.dashboard.enabled': 'true',
      'metrics.prometheusRule.enabled': 'true',
      'metrics.prometheusRule.runbookBase': base,
      'metrics.prometheusRule.labels.release': 'prom',
    };
    const sets = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const on = await render('-f', values('site'), ...sets);
    const rule = on.find(({ kind }) => kind === 'PrometheusRule') as unknown as {
      metadata: { labels: Record<string, string> };
      spec: { groups: { rules: AlertRule[] }[] };
    };
    expect(rule.metadata.labels['release']).toBe('prom');
    const shipped = alertRules().map(({ annotations, ...rest }) => ({
      ...rest,
      annotations: { ...annotations, runbook_url: `${base}${annotations.runbook_url}` },
    }));
    expect(rule.spec.groups.flatMap(({ rules }) => rules)).toEqual(shipped);
    const map = on.find(({ metadata }) => metadata.name === 'h2g-dashboard') as unknown as {
      kind: string;
      metadata: { labels: Record<string, string> };
      data: Record<string, string>;
    };
    expect(map.kind).toBe('ConfigMap');
    expect(map.metadata.labels['grafana_dashboard']).toBe('1');
    expect(JSON.parse(map.data['h2g-flow.json'] ?? '')).toEqual(dashboard());
  });

  it('tells workers of a collector of traces, and lets them out to it, only where one is named', async () => {
    const workersOf = (manifests: readonly Manifest[]): Container[] =>
      podsOf(manifests)
        .filter(({ of }) => of.startsWith('Deployment'))
        .flatMap(({ pod }) => pod.containers);
    const portsOut = (manifests: readonly Manifest[]): (number | undefined)[] =>
      manifests
        .filter(({ kind }) => kind === 'NetworkPolicy')
        .flatMap(({ spec }) => spec.egress ?? [])
        .flatMap(({ ports }) => ports.map(({ port }) => port));
    const traced = await render('-f', values('site'));
    for (const { env = [] } of workersOf(traced)) {
      const endpoint = 'http://otel-collector.observability:4318';
      expect(env).toContainEqual({ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: endpoint });
      expect(env).toContainEqual({ name: 'OTEL_TRACES_SAMPLER_ARG', value: '0.1' });
      expect(env).toContainEqual({
        name: 'OTEL_EXPORTER_OTLP_HEADERS',
        valueFrom: { secretKeyRef: { name: 'h2g-otlp', key: 'headers' } },
      });
    }
    expect(portsOut(traced)).toEqual([53, 53, 4222, 443, 4318, 7233]);
    const plain = await render('-f', values('site'), '--set', 'tracing.endpoint=');
    expect(workersOf(plain)).toHaveLength(workersOf(traced).length);
    for (const { env = [] } of workersOf(plain)) expect(env.filter(({ name }) => name.startsWith('OTEL_'))).toEqual([]);
    expect(portsOut(plain)).toEqual([53, 53, 4222, 443, 7233]);
  });

  it('says after an install what is there, where to look and where to read on', async () => {
    const notes = await notesOf('-f', values('site'));
    expect(notes).toContain('H2G-Flow 0.1.0 (h2g-flow:0.1.0) is installed:\n\n  2 x orchestrator\n');
    expect(notes).toContain('\n  2 x detector cpu: s3://h2g/bundles/breast on cpu\n');
    expect(notes).toContain('\n  2 x detector gpu: s3://h2g/bundles/breast on tensorrt, cuda\n');
    expect(notes).toContain('\n  kubectl -n pathology get pods -l app.kubernetes.io/instance=h2g\n');
    expect(notes).toContain('docs/operate.md');
    expect(notes).not.toContain('WARNING');
    expect(await notesOf('-f', values('site'), '--is-upgrade')).toContain('is upgraded:');
    const keda = ['by=keda', 'models={m}', 'max=4'].flatMap((set) => ['--set', `detectors.gpu.autoscaling.${set}`]);
    const scaling = await notesOf('-f', values('site'), '--set', 'servers.nats.monitoring=nats:8222', ...keda);
    expect(scaling).toContain('\n  0 to 4 x detector gpu: ');
  });

  it('warns after an install of what nobody computes, and of what will not stay', async () => {
    const nobody = await notesOf('-f', values('site'), '--set', 'detectors=null');
    expect(nobody).toContain('WARNING: no detectors are configured. Runs will wait for ever');
    expect(nobody).toContain('\n  detectors: { cpu: { bundles: [s3://h2g/bundles/NAME] } }');
    expect(nobody).not.toContain('trial');
    const trial = await notesOf('-f', values('trial'));
    expect(trial).toContain('WARNING: this is a trial.');
    expect(trial).not.toContain('no detectors');
    expect((await notesOf('--set', 'trial=true')).match(/WARNING: /g)).toHaveLength(2);
  });

  it('says what is missing or wrong in the values', async () => {
    const refusal = async (...args: string[]): Promise<string> =>
      render(...args).then(
        () => 'rendered',
        (error: { stderr?: string }) => error.stderr ?? '',
      );
    expect(await refusal()).toContain('Set servers.temporal.address (host:port), or trial=true');
    expect(await refusal('-f', values('site'), '--set-json', 'detectors.cpu.bundles=[]')).toContain(
      'Set detectors.cpu.bundles to the s3:// addresses of one or more bundles.',
    );
    const refusedScaling = (...more: string[]): Promise<string> =>
      scaled('keda', ...more).then(
        () => 'rendered',
        (error: { stderr?: string }) => error.stderr ?? '',
      );
    expect(await refusedScaling('--set', 'servers.nats.monitoring=')).toContain('Set servers.nats.monitoring');
    expect(await refusedScaling('--set', 'detectors.gpu.startupSeconds=1200')).toContain(
      'autoscaling.cooldownSeconds (900) must be longer than startupSeconds (1200)',
    );
    expect(
      await refusal(
        '-f',
        values('site'),
        '--set',
        'detectors.gpu.autoscaling.by=hpa',
        '--set',
        'detectors.gpu.autoscaling.models={m}',
      ),
    ).toContain('an HPA cannot go to 0');
    expect(await refusal('-f', values('site'), '--set', 'detectors.gpu.autoscaling.by=keda')).toContain(
      "models to the bundles' names in the queue",
    );
    expect(await refusal('-f', values('site'), '--set', 'orchestrator.replcas=3')).toContain('replcas');
    expect(await refusal('-f', values('site'), '--set', 'detectors.gpu.terminationGracePeriodSeconds=29')).toMatch(
      /terminationGracePeriodSeconds.*30/,
    );
    expect(await refusal('-f', values('site'), '--set', 'caBundle.configMap=hospital-ca')).toContain('configMap');
    expect(await refusal('-f', values('site'), '--set', 'servers.s3.endpoint=s3.example.org')).toContain('endpoint');
  });
});
