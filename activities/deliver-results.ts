import { addBytes } from '../domain/byte-source.ts';
import { pictureKey, RESULT_FILES, resultKey } from '../domain/keys.ts';
import { makeReport } from '../domain/make-report.ts';
import { outcomeLine } from '../domain/outcome-line.ts';
import type { Report } from '../domain/report.ts';
import type { DeliverRequest, SegmentSlideActivities } from './contract.ts';
import { heatmapOf, loadGathered } from './load-heatmap.ts';
import { encodeJson, loadPlan } from './load-plan.ts';
import type { ActivityTools } from './ports.ts';
import { provenanceOf } from './provenance.ts';
import type { Pulse } from './pulse.ts';

type DeliverResults = (request: DeliverRequest, pulse: Pulse) => ReturnType<SegmentSlideActivities['deliverResults']>;

/** Writes the files that people open. `report.json` comes last: where it lies, everything lies. */
export const createDeliverResults =
  (tools: Pick<ActivityTools, 'store' | 'results' | 'software' | 'digest'>): DeliverResults =>
  async ({ runId, spec, seconds, bytes }) => {
    const { store, results } = tools;
    const started = performance.now();
    const plan = await loadPlan(store, runId);
    const gathered = await loadGathered(store, runId);
    const heatmap = heatmapOf(plan, gathered);
    const mask = await results.decodeMaskTiff(await store.get(resultKey(runId, RESULT_FILES.mask)));
    const picture = await results.decodePicture(await store.get(pictureKey(runId)));

    const { geojson, outlined } = await results.outlines(mask, { plan, smooth: spec.options.smoothOutlines });
    await store.put(resultKey(runId, RESULT_FILES.outlines), geojson, { contentType: 'application/geo+json' });

    const facts = { plan, spec, heatmap, mask, gathered };
    const made = { bytes: addBytes(gathered.bytes, bytes), provenance: provenanceOf(tools, spec, gathered) };
    // Its areas are counted once: a mask has tens of millions of pixels.
    const report = makeReport({ ...facts, ...made, stages: { ...seconds, deliver: 0 } });
    const overlay = await results.overlay({
      plan,
      heatmap,
      picture,
      mask: outlined,
      outcomeLine: outcomeLine(report),
    });
    await store.put(resultKey(runId, RESULT_FILES.overlay), overlay, { contentType: 'image/png' });
    const final: Report = { ...report, stages: { ...seconds, deliver: since(started) } };
    await store.put(resultKey(runId, RESULT_FILES.report), encodeJson(final), { contentType: 'application/json' });
    return { outcome: final.outcome };
  };

const since = (started: number): number => (performance.now() - started) / 1000;
