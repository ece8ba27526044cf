import { type ErrorFacts, asH2gError, H2gError } from '../domain/error.ts';
import { createSession } from './create-session.ts';
import { describePort, type GraphPorts, portsOf } from './graph-ports.ts';
import { type Bundle, readBundle, type Stage, stagesOf, verifyFile } from './load-bundle.ts';
import type { Provider } from '../domain/provider.ts';
import { type ExpectedPorts, detectionPorts, portProblems, refinementPorts } from './stage-ports.ts';
import { TRIALS } from './try-stage.ts';

/** One thing that was looked at, with a sentence about it; what is not right carries the error it would end in. */
export type Finding =
  | { readonly ok: true; readonly check: string; readonly message: string }
  | { readonly ok: false; readonly check: string; readonly message: string; readonly error: ErrorFacts };

/** A stage's graph with its real names and shapes, whatever `bundle.json` says of it. */
interface StageGraph extends GraphPorts {
  readonly stage: Stage;
}

export interface BundleCheck {
  readonly ok: boolean;
  /** Undefined where `bundle.json` cannot be read. */
  readonly bundle: { readonly id: string; readonly version: string; readonly digest: string } | undefined;
  readonly findings: readonly Finding[];
  readonly graphs: readonly StageGraph[];
}

export interface CheckOptions {
  /** In the order in which they are tried for the trial runs. */
  readonly providers: readonly Provider[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks at everything that can be wrong with a bundle before a slide is touched: form, digests, names, types, shapes,
 * and a run on zeros. Whatever is wrong is in the findings (`bundle-missing`, `bundle-invalid`, `model-output`,
 * `provider-unavailable`); only an abort is thrown.
 */
export async function checkBundle(dir: string, options: CheckOptions): Promise<BundleCheck> {
  const findings: Finding[] = [];
  const graphs: StageGraph[] = [];
  const bundle = await note(findings, 'bundle.json', async () => {
    const read = await readBundle(dir);
    return { value: read, message: `${read.manifest.id} ${read.manifest.version}, ${stagesOf(read).join(' and ')}` };
  });
  if (bundle === undefined) return { ok: false, bundle: undefined, findings, graphs };
  for (const stage of stagesOf(bundle)) await checkStage(bundle, stage, { ...options, findings, graphs });
  const { id, version } = bundle.manifest;
  return { ok: findings.every(({ ok }) => ok), bundle: { id, version, digest: bundle.digest }, findings, graphs };
}

/** Throws the first thing that is wrong. */
export function requireSound({ findings }: BundleCheck): void {
  for (const finding of findings) if (!finding.ok) throw new H2gError(finding.error);
}

interface StageCheck extends CheckOptions {
  readonly findings: Finding[];
  readonly graphs: StageGraph[];
}

/** A wrong digest does not end the check, only a missing file does: the graph's names are wanted most while a bundle is being written. */
async function checkStage(
  bundle: Bundle,
  stage: Stage,
  { providers, signal, findings, graphs }: StageCheck,
): Promise<void> {
  signal?.throwIfAborted();
  await note(findings, `${stage} file`, async () => {
    await verifyFile(bundle, stage);
    return { value: true, message: `${bundle.manifest[stage]?.file} is the file that bundle.json means (SHA-256)` };
  });
  const file = findings.at(-1);
  if (file?.ok === false && file.error.code === 'bundle-missing') return;
  signal?.throwIfAborted();
  const graph = await note(findings, `${stage} graph`, () => readGraph(bundle, stage));
  if (graph === undefined) return;
  graphs.push({ stage, ...graph });
  const fits = await note(findings, `${stage} interface`, async () => requireFit(bundle, stage, graph));
  if (fits === undefined) return;
  signal?.throwIfAborted();
  await note(findings, `${stage} trial run`, async () => ({
    value: true,
    message: await TRIALS[stage](bundle, providers),
  }));
}

interface Noted<Value> {
  readonly value: Value;
  readonly message: string;
}

/** Does one check and writes down how it went; undefined where it failed. */
async function note<Value>(
  findings: Finding[],
  check: string,
  act: () => Promise<Noted<Value>>,
): Promise<Value | undefined> {
  try {
    const { value, message } = await act();
    findings.push({ ok: true, check, message });
    return value;
  } catch (thrown) {
    const error = asH2gError(thrown).facts;
    findings.push({ ok: false, check, message: error.message, error });
    return undefined;
  }
}

/** The processor can read every graph, and at once; a GPU might compile it for minutes first. */
async function readGraph(bundle: Bundle, stage: Stage): Promise<Noted<GraphPorts>> {
  const { session } = await createSession({ file: bundle.file(stage) ?? '', providers: ['cpu'], memory: 'release' });
  const graph = portsOf(session);
  await session.release();
  const list = (ports: GraphPorts['inputs']) => ports.map(describePort).join(', ');
  return { value: graph, message: `inputs ${list(graph.inputs)}; outputs ${list(graph.outputs)}` };
}

async function requireFit(bundle: Bundle, stage: Stage, graph: GraphPorts): Promise<Noted<true>> {
  const problems = portProblems(expectedPorts(bundle, stage), graph);
  if (problems.length === 0) return { value: true, message: 'names, types and shapes are those of bundle.json' };
  throw new H2gError({
    code: 'bundle-invalid',
    message: `${bundle.file(stage)}: ${problems.join('; ')}`,
    hint: 'Make bundle.json say what the graph has; `h2g bundle check` prints its names and shapes.',
  });
}

function expectedPorts({ manifest }: Bundle, stage: Stage): ExpectedPorts {
  if (stage === 'refinement' && manifest.refinement !== undefined) return refinementPorts(manifest.refinement);
  return detectionPorts(manifest.detection);
}
